//! A picture that somebody sends along, encoded anew: of where, when and with what it was taken, and
//! of whatever else was in its file, nothing is left.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat};

use super::photo_develop::open;
use crate::error::{Error, Result};

/// Pixels of its longer side; a plan of a stage can be read at that size.
const LONGEST: u32 = 4_000;
/// Of a hundred.
const QUALITY: u8 = 85;
/// Bytes of the copy.
const LARGEST: usize = 10 * 1024 * 1024;

/// A picture's copy.
#[derive(Debug)]
pub enum Copy {
    /// A photograph.
    Jpeg(Vec<u8>),
    /// A drawing.
    Png(Vec<u8>),
}

/// Copies a JPEG or PNG picture within the limits of every picture here. What is wrong with it is said
/// at the field `photo`.
pub fn copy(original: &[u8]) -> Result<Copy> {
    let format = image::guess_format(original).ok();
    if !matches!(format, Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(Error::field("photo", "This file is no JPEG or PNG picture"));
    }
    let (mut picture, orientation) = open(original)?;
    if picture.width().max(picture.height()) > LONGEST {
        picture = picture.thumbnail(LONGEST, LONGEST);
    }
    picture.apply_orientation(orientation);
    match format {
        Some(ImageFormat::Png) => png(&picture).map(Copy::Png),
        _ => jpeg(&picture).map(Copy::Jpeg),
    }
}

fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let rgb = picture.to_rgb8();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(rgb.as_raw(), rgb.width(), rgb.height(), image::ExtendedColorType::Rgb8)
        .map_err(|error| Error::Unexpected(error.into()))?;
    within(bytes)
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let rgba = picture.to_rgba8();
    PngEncoder::new(&mut bytes)
        .write_image(rgba.as_raw(), rgba.width(), rgba.height(), image::ExtendedColorType::Rgba8)
        .map_err(|error| Error::Unexpected(error.into()))?;
    within(bytes)
}

fn within(bytes: Vec<u8>) -> Result<Vec<u8>> {
    match bytes.len() <= LARGEST {
        true => Ok(bytes),
        false => Err(Error::field(
            "photo",
            "This picture is too large once it is written anew. Save a smaller copy and choose that \
             one",
        )),
    }
}
