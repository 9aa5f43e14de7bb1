#include "sim/report/hdf5_reader.h"

#include <fmt/format.h>

#include "models/common/errors.h"

namespace swimsim {
namespace {

constexpr std::size_t kLongestText = 4096;

}  // namespace

Hdf5Reader::Hdf5Reader(std::string path)
    : path_(std::move(path)), file_(handle(H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "this is no HDF5 file")) {}

void Hdf5Reader::refuse(const std::string& message) const { throw InputError({Diagnostic{{path_, 0, 0}, message}}); }

Hdf5Handle Hdf5Reader::handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) const {
  if (id < 0) refuse(what);
  return Hdf5Handle(id, close);
}

std::string Hdf5Reader::attribute(const std::string& name) const {
  if (H5Aexists(file_.id(), name.c_str()) <= 0) return "";
  const std::string what = fmt::format("attribute '{}' is no text", name);
  const Hdf5Handle attribute = handle(H5Aopen(file_.id(), name.c_str(), H5P_DEFAULT), H5Aclose, what);
  const Hdf5Handle type = handle(H5Aget_type(attribute.id()), H5Tclose, what);
  const Hdf5Handle space = handle(H5Aget_space(attribute.id()), H5Sclose, what);
  const std::size_t size = H5Tget_size(type.id());
  if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) != 0 || size > kLongestText ||
      H5Sget_simple_extent_npoints(space.id()) != 1)
    refuse(what);
  std::string text(size, '\0');
  if (H5Aread(attribute.id(), type.id(), text.data()) < 0) refuse(what);
  return text.substr(0, text.find('\0'));
}

bool Hdf5Reader::has_group(const std::string& group) const {
  for (std::size_t end = group.find('/', 1);; end = group.find('/', end + 1)) {
    if (H5Lexists(file_.id(), group.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

void Hdf5Reader::read(const std::string& name, std::size_t rows, std::size_t cols, hid_t type, void* values) const {
  const Hdf5Handle set = handle(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, fmt::format("no data set '{}'", name));
  const Hdf5Handle space = handle(H5Dget_space(set.id()), H5Sclose, fmt::format("data set '{}' has no shape", name));
  hsize_t extent[2] = {0, 0};
  if (H5Sget_simple_extent_ndims(space.id()) != 2 || H5Sget_simple_extent_dims(space.id(), extent, nullptr) != 2 || extent[0] != rows ||
      extent[1] != cols)
    refuse(fmt::format("data set '{}' is not {} x {}", name, rows, cols));
  if (H5Dread(set.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) refuse(fmt::format("data set '{}' cannot be read", name));
}

std::vector<float> Hdf5Reader::floats(const std::string& name, std::size_t rows, std::size_t cols) const {
  std::vector<float> values(rows * cols);
  read(name, rows, cols, H5T_NATIVE_FLOAT, values.data());
  return values;
}

std::vector<std::uint32_t> Hdf5Reader::counts(const std::string& name, std::size_t rows, std::size_t cols) const {
  std::vector<std::uint32_t> values(rows * cols);
  read(name, rows, cols, H5T_NATIVE_UINT32, values.data());
  return values;
}

std::vector<std::uint8_t> Hdf5Reader::flags(const std::string& name, std::size_t rows, std::size_t cols) const {
  std::vector<std::uint8_t> values(rows * cols);
  read(name, rows, cols, H5T_NATIVE_UINT8, values.data());
  return values;
}

}  // namespace swimsim
