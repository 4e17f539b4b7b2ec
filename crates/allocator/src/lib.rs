//! Lets glibc's allocator give memory back to the system.
//!
//! This is a package of its own because it calls C, which everything else here forbids.

/// Threads share so few arenas: each keeps what was freed in it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: libc::c_int = 1;

/// Free memory at the end of the heap, in bytes, from which on it is given back. Any fixed value
/// also ends the habit of glibc to keep ever larger pieces in the heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const TRIM_THRESHOLD: libc::c_int = 128 * 1024;

/// Sets both, where glibc is in use and nobody has set them in the environment. To be called before
/// there is a second thread. Says whether nothing was refused.
///
/// Other allocators need neither, and are left alone.
#[must_use]
pub fn give_back() -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let set = |name: &str, option, value| {
            // SAFETY: `mallopt` takes two numbers and touches only glibc's own settings.
            std::env::var_os(name).is_some() || unsafe { libc::mallopt(option, value) } == 1
        };
        let arenas = set("MALLOC_ARENA_MAX", libc::M_ARENA_MAX, ARENAS);
        arenas && set("MALLOC_TRIM_THRESHOLD_", libc::M_TRIM_THRESHOLD, TRIM_THRESHOLD)
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_is_refused() {
        assert!(super::give_back());
    }
}
