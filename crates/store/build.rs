//! Tells cargo that the embedded migrations are an input: a new file in the folder is compiled in.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
