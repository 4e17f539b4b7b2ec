//! One check: a request, a judgement of the answer, and what to do when it fails.

use std::{io::Write, time::Instant};

use reqwest::Method;

use crate::{
    report::{Outcome, Report},
    service::{Answer, Ask, Caller, NoAnswer, Service},
};

/// `Err` is a sentence that says what is wrong, with the value last.
pub(crate) type Verdict = Result<(), String>;

/// When a check is worth its cost, or possible at all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// Only with `--deep`: the service has to ask AniList and Trakt for it.
    Deep,
    /// Only with a token: without one there is nobody to keep out.
    Guarded,
}

/// A row of the walk.
pub(crate) struct Check {
    /// What holds when it passes.
    fact: &'static str,
    hint: &'static str,
    ask: Ask,
    judge: Box<dyn Fn(&Answer) -> Verdict>,
    when: When,
}

impl Check {
    /// A check of `method path`; `fact` and `hint` are shown as they stand.
    pub(crate) fn new(
        method: Method,
        path: &'static str,
        fact: &'static str,
        judge: impl Fn(&Answer) -> Verdict + 'static,
        hint: &'static str,
    ) -> Self {
        let ask = Ask { method, path, body: None, caller: Caller::Owner };
        Self { fact, hint, ask, judge: Box::new(judge), when: When::Always }
    }

    /// Sends this text as the request's body.
    pub(crate) fn body(mut self, body: &'static str) -> Self {
        self.ask.body = Some(body);
        self
    }

    /// Runs only with `--deep`.
    pub(crate) fn deep(mut self) -> Self {
        self.when = When::Deep;
        self
    }

    /// Sends no token.
    pub(crate) fn stranger(mut self) -> Self {
        self.ask.caller = Caller::Stranger;
        self
    }

    /// Runs only when a token was given.
    pub(crate) fn guarded(mut self) -> Self {
        self.when = When::Guarded;
        self
    }

    /// The request line and the fact: unique among the checks.
    pub(crate) fn name(&self) -> String {
        format!("{} {}: {}", self.ask.method, self.ask.path, self.fact)
    }

    fn reason_to_skip(&self, service: &Service, deep: bool) -> Option<&'static str> {
        match self.when {
            When::Deep if !deep => Some("asks the upstreams; pass --deep"),
            When::Guarded if !service.has_token() => Some("no token given"),
            _ => None,
        }
    }

    fn judged(&self, answer: &Answer) -> Outcome {
        match (self.judge)(answer) {
            Ok(()) => Outcome::Passed,
            Err(why) => Outcome::Failed { why, hint: self.hint_for(answer.status) },
        }
    }

    /// A refused token or an overloaded service explains itself better than any route could.
    fn hint_for(&self, status: u16) -> &'static str {
        match status {
            401 | 403 => "pass the service's APP_TOKEN with --token or VERIFY_TOKEN",
            429 | 503 => {
                "the service cannot answer just now; look at /readyz and its log, then verify again"
            }
            _ => self.hint,
        }
    }
}

/// Runs the checks in order, printing each as it ends. Without a connection the rest is skipped.
pub(crate) async fn run_all(
    checks: &[Check],
    service: &Service,
    deep: bool,
    report: &mut Report,
    out: &mut impl Write,
) {
    for (done, check) in checks.iter().enumerate() {
        let started = Instant::now();
        let sent = match check.reason_to_skip(service, deep) {
            Some(why) => Ok(Outcome::Skipped { why }),
            None => service.send(&check.ask).await.map(|answer| check.judged(&answer)),
        };
        let (outcome, gone) = settle(sent, check);
        report.add(check.name(), outcome, started.elapsed(), out);
        if gone {
            return skip_rest(&checks[done + 1..], report);
        }
    }
}

/// The outcome, and whether the service cannot be reached at all.
fn settle(sent: Result<Outcome, NoAnswer>, check: &Check) -> (Outcome, bool) {
    match sent {
        Ok(outcome) => (outcome, false),
        Err(NoAnswer::Lost(why)) => (Outcome::Failed { why, hint: check.hint }, false),
        Err(NoAnswer::Unreachable(why)) => {
            let hint = "start the service, or pass its address with --base-url";
            (Outcome::Failed { why, hint }, true)
        }
    }
}

/// They are counted and not printed, so that the one failure stays in sight.
fn skip_rest(rest: &[Check], report: &mut Report) {
    for check in rest {
        report.count_only(check.name(), Outcome::Skipped { why: "no connection" });
    }
}
