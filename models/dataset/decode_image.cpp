#include "models/dataset/decode_image.h"

#include <fmt/format.h>
// jpeglib.h needs the two before it
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "models/dataset/byte_source.h"

namespace swimsim {

namespace {

void check_sides(std::int64_t width, std::int64_t height, const std::string& path) {
  if (width < 1 || height < 1 || width > kMaxPictureSide || height > kMaxPictureSide)
    refuse_file(path, fmt::format("has {}x{} pixels; each side must be 1 to {}", width, height, kMaxPictureSide));
}

/// From [row][column][channel] to [channel][row][column].
Picture by_channel(const std::vector<std::uint8_t>& samples, int channels, int height, int width) {
  Picture picture{channels, height, width, {}};
  const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width), step = static_cast<std::size_t>(channels);
  picture.pixels.resize(samples.size());
  for (std::size_t channel = 0; channel < step; ++channel) {
    for (std::size_t i = 0; i < plane; ++i) picture.pixels[channel * plane + i] = samples[i * step + channel];
  }
  return picture;
}

/// libjpeg reports errors by a call that must not return.
struct JpegErrors {
  jpeg_error_mgr manager;  // first: libjpeg knows only this part
  std::jmp_buf back;
  char message[JMSG_LENGTH_MAX];
};

extern "C" [[noreturn]] void leave_libjpeg(j_common_ptr codec) {
  auto* errors = reinterpret_cast<JpegErrors*>(codec->err);
  (*codec->err->format_message)(codec, errors->message);
  std::longjmp(errors->back, 1);
}

extern "C" void keep_quiet(j_common_ptr) {}

// The next two hold nothing that a longjmp would fail to destroy.

bool start_jpeg(jpeg_decompress_struct& codec, JpegErrors& errors, const unsigned char* bytes, unsigned long size) {
  if (setjmp(errors.back) != 0) return false;
  jpeg_create_decompress(&codec);
  jpeg_mem_src(&codec, bytes, size);
  jpeg_read_header(&codec, TRUE);
  return true;
}

bool decode_jpeg_rows(jpeg_decompress_struct& codec, JpegErrors& errors, unsigned char* samples) {
  if (setjmp(errors.back) != 0) return false;
  jpeg_start_decompress(&codec);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW row = samples + std::size_t{codec.output_scanline} * codec.output_width * static_cast<unsigned>(codec.output_components);
    jpeg_read_scanlines(&codec, &row, 1);
  }
  jpeg_finish_decompress(&codec);
  return true;
}

struct JpegCodec {
  jpeg_decompress_struct codec{};
  ~JpegCodec() { jpeg_destroy_decompress(&codec); }
};

Picture decode_jpeg(std::string_view bytes, const std::string& path) {
  JpegErrors errors{};
  JpegCodec jpeg;
  jpeg.codec.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = leave_libjpeg;
  errors.manager.output_message = keep_quiet;
  const auto damaged = [&] { refuse_file(path, fmt::format("is not a sound JPEG file: {}", errors.message)); };
  if (!start_jpeg(jpeg.codec, errors, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())) damaged();
  check_sides(jpeg.codec.image_width, jpeg.codec.image_height, path);
  const int components = jpeg.codec.num_components;
  if (components != 1 && components != 3)
    refuse_file(path, fmt::format("has {} colour components; 1 (grey) or 3 are supported", components));
  jpeg.codec.out_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg.codec.dct_method = JDCT_ISLOW;
  const int height = static_cast<int>(jpeg.codec.image_height), width = static_cast<int>(jpeg.codec.image_width);
  std::vector<std::uint8_t> samples(static_cast<std::size_t>(height) * static_cast<std::size_t>(width * components));
  if (!decode_jpeg_rows(jpeg.codec, errors, samples.data())) damaged();
  // libjpeg only warns of data that ends too soon, and paints the rest grey.
  if (errors.manager.num_warnings > 0) refuse_file(path, "is not a sound JPEG file (truncated or damaged)");
  return by_channel(samples, components, height, width);
}

struct PngImage {
  png_image image{};
  ~PngImage() { png_image_free(&image); }
};

Picture decode_png(std::string_view bytes, const std::string& path) {
  PngImage png;
  png.image.version = PNG_IMAGE_VERSION;
  const auto damaged = [&] { refuse_file(path, fmt::format("is not a sound PNG file: {}", png.image.message)); };
  if (png_image_begin_read_from_memory(&png.image, bytes.data(), bytes.size()) == 0) damaged();
  check_sides(png.image.width, png.image.height, path);
  const bool colour = (png.image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  png.image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> samples(PNG_IMAGE_SIZE(png.image));
  const png_color black{0, 0, 0};
  if (png_image_finish_read(&png.image, &black, samples.data(), 0, nullptr) == 0) damaged();
  return by_channel(samples, colour ? 3 : 1, static_cast<int>(png.image.height), static_cast<int>(png.image.width));
}

}  // namespace

Picture decode_image(std::string_view bytes, const std::string& path) {
  if (bytes.substr(0, 3) == "\xff\xd8\xff") return decode_jpeg(bytes, path);
  if (bytes.substr(0, 8) == std::string_view("\x89PNG\r\n\x1a\n", 8)) return decode_png(bytes, path);
  refuse_file(path, "is neither a JPEG nor a PNG file");
}

}  // namespace swimsim
