//! Black-box smoke test of a running deployment.

fn main() {}
