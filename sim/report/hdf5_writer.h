#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

namespace swimsim {

/// Owns one HDF5 identifier and closes it.
class Hdf5Handle {
 public:
  Hdf5Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = H5I_INVALID_HID; }
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  hid_t id() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Keeps the library from printing its error stack while this object lives.
class Hdf5Silence {
 public:
  Hdf5Silence();
  ~Hdf5Silence();
  Hdf5Silence(const Hdf5Silence&) = delete;
  Hdf5Silence& operator=(const Hdf5Silence&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

/// An HDF5 file built in memory, so that it can be written atomically and no full disk ever reaches the library. Nothing in it carries
/// a time, so equal contents are equal bytes. Every call throws ResourceError naming the path.
class Hdf5Writer {
 public:
  using Shape = std::vector<hsize_t>;

  /// `path` is only named in messages.
  explicit Hdf5Writer(std::string path);

  Hdf5Handle group(hid_t parent, const std::string& name) const;
  hid_t root() const { return file_.id(); }

  /// Data sets above a few kilobytes are chunked, shuffled and deflated.
  void data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<double>& values,
                const std::string& unit) const;
  void data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<float>& values, const std::string& unit) const;
  void data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::int64_t>& values,
                const std::string& unit) const;
  void data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::uint32_t>& values,
                const std::string& unit) const;
  void data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::uint8_t>& values,
                const std::string& unit) const;

  /// Texts of fixed length (the longest of them), UTF-8, filled up with NUL.
  void data_set(hid_t parent, const std::string& name, const Shape& shape, const std::vector<std::string>& values,
                const std::string& unit) const;

  void attribute(hid_t object, const std::string& name, const std::string& text) const;

  /// The whole file.
  std::string bytes() const;

 private:
  struct Buffer {
    hid_t file_type, memory_type;
    std::size_t element_bytes;
    const void* data;
    std::size_t count;
  };
  void write(hid_t parent, const std::string& name, const Shape& shape, const Buffer& buffer, const std::string& unit) const;
  Hdf5Handle handle(hid_t id, herr_t (*close)(hid_t), const char* what) const;
  void check(herr_t code, const char* what) const;

  std::string path_;
  Hdf5Silence silence_;
  Hdf5Handle file_;
};

}  // namespace swimsim
