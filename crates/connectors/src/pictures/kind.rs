//! What a picture is, by its bytes. What its host says of it counts for nothing.

/// A picture, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is.
    pub kind: PictureKind,
    /// Its file.
    pub bytes: Vec<u8>,
}

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// `image/jpeg`.
    Jpeg,
    /// `image/png`.
    Png,
    /// `image/webp`.
    WebP,
    /// `image/gif`.
    Gif,
    /// `image/avif`.
    Avif,
    /// `image/svg+xml`, which may hold a script: only what this program draws itself.
    Drawn,
}

impl PictureKind {
    /// What these bytes begin as.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let four = |at: usize| bytes.get(at..at + 4).unwrap_or_default();
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ if four(0) == b"RIFF" && four(8) == b"WEBP" => Some(Self::WebP),
            _ if four(4) == b"ftyp" && matches!(four(8), b"avif" | b"avis") => Some(Self::Avif),
            _ if four(0) == b"<svg" => Some(Self::Drawn),
            _ => None,
        }
    }

    /// What it is called in an answer.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Drawn => "image/svg+xml",
        }
    }

    /// Whether the file goes on to its end, as far as the form says where that is.
    pub(super) fn is_whole(self, bytes: &[u8]) -> bool {
        match self {
            Self::Jpeg => ends_with(bytes, &[0xff, 0xd9]),
            Self::Png => ends_with(bytes, b"IEND"),
            Self::Gif => ends_with(bytes, &[0x3b]),
            Self::Drawn => ends_with(bytes, b"</svg>"),
            Self::WebP => {
                number(bytes, 4, u32::from_le_bytes).is_some_and(|size| bytes.len() >= size + 8)
            }
            Self::Avif => boxes_end(bytes),
        }
    }
}

/// Some hosts write a little behind the end.
const BEHIND: usize = 1024;

fn ends_with(bytes: &[u8], end: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(BEHIND)..];
    tail.windows(end.len()).any(|part| part == end)
}

fn number(bytes: &[u8], at: usize, read: fn([u8; 4]) -> u32) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(read(four)).ok()
}

/// Whether the last box ends where the file does (ISO/IEC 14496-12). A box of no length goes to the end.
fn boxes_end(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        match number(bytes, at, u32::from_be_bytes) {
            Some(0) => return true,
            Some(size) if size >= 8 => at += size,
            _ => return false,
        }
    }
    at == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_its_bytes() {
        let avif = b"\0\0\0\x10ftypavif\0\0\0\0";
        let table: [(&[u8], Option<PictureKind>, bool); 10] = [
            (b"\xff\xd8\xff\xe0....\xff\xd9", Some(PictureKind::Jpeg), true),
            (b"\xff\xd8\xff\xe0....", Some(PictureKind::Jpeg), false),
            (b"\x89PNG\r\n\x1a\n....IEND\xae\x42\x60\x82", Some(PictureKind::Png), true),
            (b"GIF89a....\x3b", Some(PictureKind::Gif), true),
            (b"RIFF\x04\0\0\0WEBP", Some(PictureKind::WebP), true),
            (b"RIFF\xff\0\0\0WEBP", Some(PictureKind::WebP), false),
            (avif, Some(PictureKind::Avif), true),
            (&avif[..15], Some(PictureKind::Avif), false),
            (b"<!DOCTYPE html>", None, false),
            (b"", None, false),
        ];
        for (bytes, kind, whole) in table {
            assert_eq!(PictureKind::of(bytes), kind, "{bytes:?}");
            assert_eq!(kind.is_some_and(|kind| kind.is_whole(bytes)), whole, "{bytes:?}");
        }
    }
}
