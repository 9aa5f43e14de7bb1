#include "sim/report/hdf5_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/common/errors.h"

namespace swimsim {
namespace {

constexpr std::size_t kCompressAboveBytes = 4096;
constexpr hsize_t kChunkElements = 32768;
constexpr unsigned kDeflateLevel = 4;
constexpr std::size_t kMemoryIncrement = 1 << 20;

hsize_t element_count(const Hdf5Writer::Shape& shape) {
  hsize_t count = 1;
  for (hsize_t extent : shape) count *= extent;
  return count;
}

/// Whole trailing dimensions as far as they fit, then as many of the one before as fit.
Hdf5Writer::Shape chunk_shape(const Hdf5Writer::Shape& shape) {
  Hdf5Writer::Shape chunk(shape.size(), 1);
  hsize_t left = kChunkElements;
  for (std::size_t d = shape.size(); d-- > 0 && left > 1;) {
    chunk[d] = std::min(shape[d], left);
    left /= chunk[d];
  }
  return chunk;
}

herr_t first_message(unsigned, const H5E_error2_t* error, void* text) {
  std::string& message = *static_cast<std::string*>(text);
  if (message.empty() && error->desc) message = error->desc;
  return 0;
}

}  // namespace

Hdf5Silence::Hdf5Silence() {
  H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Silence::~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

void Hdf5Writer::check(herr_t code, const char* what) const {
  if (code >= 0) return;
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_message, &reason);
  throw ResourceError(fmt::format("{}: HDF5 cannot {}{}{}", path_, what, reason.empty() ? "" : ": ", reason));
}

Hdf5Handle Hdf5Writer::handle(hid_t id, herr_t (*close)(hid_t), const char* what) const {
  check(id < 0 ? -1 : 0, what);
  return Hdf5Handle(id, close);
}

Hdf5Writer::Hdf5Writer(std::string path)
    : path_(std::move(path)), file_([this] {
        Hdf5Handle creation = handle(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "make a property list");
        Hdf5Handle access = handle(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
        check(H5Pset_obj_track_times(creation.id(), false), "switch times off");
        check(H5Pset_fapl_core(access.id(), kMemoryIncrement, false), "choose memory");
        return handle(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose, "make the file");
      }()) {}

Hdf5Handle Hdf5Writer::group(hid_t parent, const std::string& name) const {
  Hdf5Handle link = handle(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make a property list");
  Hdf5Handle creation = handle(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "make a property list");
  check(H5Pset_char_encoding(link.id(), H5T_CSET_UTF8), "set the encoding");
  check(H5Pset_obj_track_times(creation.id(), false), "switch times off");
  return handle(H5Gcreate2(parent, name.c_str(), link.id(), creation.id(), H5P_DEFAULT), H5Gclose, "make a group");
}

void Hdf5Writer::data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<double>& values,
                          const std::string& unit) const {
  write(parent, name, shape, {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, sizeof(double), values.data(), values.size()}, unit);
}

void Hdf5Writer::data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<float>& values,
                          const std::string& unit) const {
  write(parent, name, shape, {H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, sizeof(float), values.data(), values.size()}, unit);
}

void Hdf5Writer::data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::int64_t>& values,
                          const std::string& unit) const {
  write(parent, name, shape, {H5T_STD_I64LE, H5T_NATIVE_INT64, sizeof(std::int64_t), values.data(), values.size()}, unit);
}

void Hdf5Writer::data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::uint32_t>& values,
                          const std::string& unit) const {
  write(parent, name, shape, {H5T_STD_U32LE, H5T_NATIVE_UINT32, sizeof(std::uint32_t), values.data(), values.size()}, unit);
}

void Hdf5Writer::data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::uint8_t>& values,
                          const std::string& unit) const {
  write(parent, name, shape, {H5T_STD_U8LE, H5T_NATIVE_UINT8, sizeof(std::uint8_t), values.data(), values.size()}, unit);
}

void Hdf5Writer::data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::string>& values,
                          const std::string& unit) const {
  std::size_t length = 1;
  for (const std::string& value : values) length = std::max(length, value.size());
  Hdf5Handle type = handle(H5Tcopy(H5T_C_S1), H5Tclose, "make a type");
  check(H5Tset_size(type.id(), length), "size a type");
  check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "pad a type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "set the encoding");
  std::string text;
  for (const std::string& value : values) text += value + std::string(length - value.size(), '\0');
  write(parent, name, shape, {type.id(), type.id(), length, text.data(), values.size()}, unit);
}

void Hdf5Writer::write(hid_t parent, const std::string& name, const Shape& shape, const Buffer& buffer, const std::string& unit) const {
  if (buffer.count != element_count(shape)) {
    throw std::logic_error(
        fmt::format("{}: data set {} has {} values where its shape has {}", path_, name, buffer.count, element_count(shape)));
  }
  Hdf5Handle space = handle(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a data space");
  Hdf5Handle link = handle(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make a property list");
  Hdf5Handle creation = handle(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make a property list");
  check(H5Pset_char_encoding(link.id(), H5T_CSET_UTF8), "set the encoding");
  check(H5Pset_obj_track_times(creation.id(), false), "switch times off");
  if (!shape.empty() && buffer.count * buffer.element_bytes > kCompressAboveBytes) {
    const Shape chunk = chunk_shape(shape);
    check(H5Pset_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()), "choose chunks");
    check(H5Pset_shuffle(creation.id()), "choose the shuffle filter");
    check(H5Pset_deflate(creation.id(), kDeflateLevel), "choose the deflate filter");
  }
  Hdf5Handle set = handle(H5Dcreate2(parent, name.c_str(), buffer.file_type, space.id(), link.id(), creation.id(), H5P_DEFAULT), H5Dclose,
                          "make a data set");
  if (buffer.count > 0) check(H5Dwrite(set.id(), buffer.memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data), "write a data set");
  attribute(set.id(), "unit", unit);
}

void Hdf5Writer::attribute(hid_t object, const std::string& name, const std::string& text) const {
  Hdf5Handle type = handle(H5Tcopy(H5T_C_S1), H5Tclose, "make a type");
  check(H5Tset_size(type.id(), text.size() + 1), "size a type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "set the encoding");
  Hdf5Handle space = handle(H5Screate(H5S_SCALAR), H5Sclose, "make a data space");
  Hdf5Handle attribute =
      handle(H5Acreate2(object, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "make an attribute");
  check(H5Awrite(attribute.id(), type.id(), text.c_str()), "write an attribute");
}

std::string Hdf5Writer::bytes() const {
  check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL), "flush");
  const ssize_t size = H5Fget_file_image(file_.id(), nullptr, 0);
  check(size < 0 ? -1 : 0, "size the file");
  std::string image(static_cast<std::size_t>(size), '\0');
  check(H5Fget_file_image(file_.id(), image.data(), image.size()) < 0 ? -1 : 0, "copy the file");
  return image;
}

}  // namespace swimsim
