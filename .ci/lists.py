#!/usr/bin/env python3
"""Sign in to the simulated AniList through the service, and take the lists in twice.

  lists.py API SIMULATOR

Every entry must arrive, and the second time nothing may change.
"""
import json
import sys
import urllib.error
import urllib.request


class Stay(urllib.request.HTTPRedirectHandler):
    """A browser that goes nowhere by itself."""

    def redirect_request(self, *_):
        return None


BROWSER = urllib.request.build_opener(Stay)


def ask(url, method='GET', body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    sent = {'content-type': 'application/json', 'user-agent': 'conformance', **(headers or {})}
    request = urllib.request.Request(url, data, sent, method=method)
    try:
        return BROWSER.open(request, timeout=300)
    except urllib.error.HTTPError as answer:
        return answer


def answered(url, *rest, **more):
    answer = ask(url, *rest, **more)
    text = answer.read().decode()
    if answer.status != 200:
        sys.exit(f'error: {url} answered {answer.status}: {text[:300]}')
    return json.loads(text)


def connect(api):
    begun = ask(f'{api}/api/anilist/connect-url')
    cookie = begun.headers['set-cookie'].split(';')[0]
    agreed = ask(json.load(begun)['url'])
    back = agreed.headers['location']
    arrived = ask(back, headers={'cookie': cookie})
    if arrived.status != 200:
        sys.exit(f'error: the sign-in answered {arrived.status}: {arrived.read()[:300]}')
    status = answered(f'{api}/api/anilist/status')
    print(f'   signed in as {status["username"]}')
    if not status['connected']:
        sys.exit('error: the service is not connected')


def entries(sim):
    def rows(kind):
        found = answered(f'{sim}/_control/lists?service=anilist&kind={kind}')
        return found['entries'] if isinstance(found, dict) else found
    return sum(len(rows(kind)) for kind in ('anime', 'manga'))


def main(api, sim):
    connect(api)
    listed = entries(sim)
    first = answered(f'{api}/api/anilist/import', 'POST', {})
    second = answered(f'{api}/api/anilist/import', 'POST', {})
    print(f'   on the list {listed}; first {first["imported"]}; second {second["imported"]} and {second["updated"]} changed')
    if first['imported'] != listed or first['unread']:
        sys.exit(f'error: not every entry arrived: {first}')
    if second['imported'] or second['updated']:
        sys.exit(f'error: a second import changed something: {second}')


if __name__ == '__main__':
    main(*sys.argv[1:3])
