// A folder of pictures by class: train/CLASS/*, test/CLASS/*, or Tiny ImageNet's layout, train/CLASS/images/* and val/ with its
// annotations.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>

#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"
#include "models/common/words.h"
#include "models/dataset/byte_source.h"
#include "models/dataset/decode_image.h"
#include "models/dataset/loading.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxFiles = 10'000'000;
constexpr std::size_t kMaxPictureBytes = std::size_t{64} << 20;
constexpr std::size_t kShownMistakes = 20;

struct LabelledFile {
  std::string path;
  std::uint8_t label;
};

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entries.size() >= kMaxFiles) refuse_file(folder.string(), fmt::format("holds more than {} files", kMaxFiles));
    entries.push_back(entry->path());
  }
  if (error) refuse_file(folder.string(), "cannot be read: " + error.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool looks_like_a_picture(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return c < 'a' ? static_cast<char>(c | 0x20) : static_cast<char>(c); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

/// The folders of a half; hidden ones are left out.
std::vector<fs::path> class_folders(const fs::path& half) {
  std::vector<fs::path> folders;
  for (const fs::path& entry : sorted_entries(half)) {
    if (is_folder(entry) && entry.filename().string()[0] != '.') folders.push_back(entry);
  }
  return folders;
}

std::vector<std::string> pictures_of_class(const fs::path& folder) {
  std::vector<std::string> pictures;
  for (const fs::path& entry : sorted_entries(is_folder(folder / "images") ? folder / "images" : folder)) {
    if (looks_like_a_picture(entry)) pictures.push_back(entry.string());
  }
  return pictures;
}

/// The first picture of every class, then the second of every class, and so on: every prefix has the classes in equal shares.
std::vector<LabelledFile> in_turn(const std::vector<std::vector<std::string>>& pictures) {
  std::vector<LabelledFile> files;
  bool more = true;
  for (std::size_t turn = 0; more; ++turn) {
    more = false;
    for (std::size_t label = 0; label < pictures.size(); ++label) {
      if (turn >= pictures[label].size()) continue;
      files.push_back({pictures[label][turn], static_cast<std::uint8_t>(label)});
      more = true;
    }
  }
  return files;
}

/// Reads one set from its folder, collecting mistakes on the way.
class FolderReader {
 public:
  FolderReader(fs::path root, const DatasetRequest& request) : root_(std::move(root)), request_(request) {}

  DataSet read() {
    const std::vector<LabelledFile> train = list_train(), test = list_test();
    throw_mistakes();
    DataSet data;
    data.train = decode(first_of(train, request_.train_images, "training"));
    data.test = decode(first_of(test, request_.test_images, "test"));
    throw_mistakes();
    agree(data);
    data.digests.emplace_back(root_.string(), digest_of(data));
    return data;
  }

 private:
  void complain(const std::string& file, const std::string& message, int line = 0) { mistakes_.push_back({{file, line, 0}, message}); }

  void throw_mistakes() {
    if (mistakes_.empty()) return;
    if (mistakes_.size() > kShownMistakes) {
      const std::size_t more = mistakes_.size() - kShownMistakes;
      mistakes_.resize(kShownMistakes);
      complain(root_.string(), fmt::format("and {} more mistakes", more));
    }
    throw InputError(mistakes_);
  }

  std::vector<LabelledFile> list_train() {
    constexpr std::size_t kMaxClasses = 256;
    if (!is_folder(root_ / "train")) refuse_file(root_.string(), "has no folder 'train' with a folder for each class");
    const std::vector<fs::path> folders = class_folders(root_ / "train");
    if (folders.empty() || folders.size() > kMaxClasses)
      refuse_file((root_ / "train").string(),
                  fmt::format("has {} folders; one for each of 1 to {} classes is expected", folders.size(), kMaxClasses));
    std::vector<std::vector<std::string>> pictures;
    for (const fs::path& folder : folders) {
      label_of_[folder.filename().string()] = static_cast<std::uint8_t>(names_.size());
      names_.push_back(folder.filename().string());
      pictures.push_back(pictures_of_class(folder));
      if (pictures.back().empty()) complain(folder.string(), "holds no picture (.jpg, .jpeg, .png)");
    }
    return in_turn(pictures);
  }

  std::vector<LabelledFile> list_test() {
    const fs::path annotations = root_ / "val" / "val_annotations.txt";
    std::error_code ignored;
    if (fs::is_regular_file(annotations, ignored)) return list_annotated(annotations);
    for (const char* half : {"test", "val"}) {
      if (is_folder(root_ / half)) return list_test_classes(root_ / half);
    }
    complain(root_.string(),
             "has no test pictures: neither 'val/val_annotations.txt' nor a folder 'test' or 'val' with a folder for each class");
    return {};
  }

  std::vector<LabelledFile> list_test_classes(const fs::path& half) {
    std::vector<std::vector<std::string>> pictures(names_.size());
    for (const fs::path& folder : class_folders(half)) {
      const auto label = label_of_.find(folder.filename().string());
      if (label == label_of_.end())
        complain(folder.string(), "is a class that 'train' does not have" + suggestion(folder.filename().string(), names_));
      else
        pictures[label->second] = pictures_of_class(folder);
    }
    std::vector<LabelledFile> files = in_turn(pictures);
    if (files.empty()) complain(half.string(), "holds no picture (.jpg, .jpeg, .png) in a folder of its class");
    return files;
  }

  /// Lines of FILE <tab> CLASS <tab> more; the files lie in val/images.
  std::vector<LabelledFile> list_annotated(const fs::path& annotations) {
    std::vector<LabelledFile> files;
    std::ifstream in(annotations);
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.empty()) continue;
      const std::size_t tab = line.find('\t'), end = std::min(line.find_first_of("\t\r", tab + 1), line.size());
      const std::string name = line.substr(0, tab), of_class = tab == std::string::npos ? "" : line.substr(tab + 1, end - tab - 1);
      const auto label = label_of_.find(of_class);
      if (name.empty() || name.find('/') != std::string::npos || of_class.empty())
        complain(annotations.string(), "expected FILE, a tab and its CLASS", number);
      else if (label == label_of_.end())
        complain(annotations.string(), fmt::format("class '{}' is none of 'train'{}", of_class, suggestion(of_class, names_)), number);
      else
        files.push_back({(annotations.parent_path() / "images" / name).string(), label->second});
    }
    if (files.empty() && mistakes_.empty()) complain(annotations.string(), "names no picture");
    return files;
  }

  std::vector<LabelledFile> first_of(std::vector<LabelledFile> files, int wanted, const char* half) const {
    const auto count = static_cast<std::size_t>(wanted);
    if (count > files.size())
      throw InputError(fmt::format("{} {} images are wanted, {} has {}", wanted, half, root_.string(), files.size()));
    if (wanted > 0) files.resize(count);
    return files;
  }

  ImageSet decode(const std::vector<LabelledFile>& files) {
    ImageSet set;
    set.classes = static_cast<int>(names_.size());
    set.channels = 0;
    for (const LabelledFile& file : files) {
      if (mistakes_.size() > kShownMistakes) break;
      try {
        append(decode_image(read_file(file.path, kMaxPictureBytes), file.path), file, files.size(), set);
      } catch (const InputError& error) {
        mistakes_.insert(mistakes_.end(), error.diagnostics().begin(), error.diagnostics().end());
      }
    }
    return set;
  }

  void append(const Picture& picture, const LabelledFile& file, std::size_t count, ImageSet& set) {
    if (height_ == 0) {
      height_ = picture.height;
      width_ = picture.width;
      first_path_ = file.path;
    }
    if (picture.height != height_ || picture.width != width_) {
      refuse_file(file.path, fmt::format("has {}x{} pixels, but {} has {}x{}; all pictures of a set have one size", picture.width,
                                         picture.height, first_path_, width_, height_));
    }
    if (set.channels == 0) {
      set.height = height_;
      set.width = width_;
      set.channels = picture.channels;
      check_image_memory(file.path, count, set.image_size());
      set.pixels.reserve(count * set.image_size());
    }
    if (picture.channels > set.channels) expand_grey(set, count);
    set.labels.push_back(file.label);
    for (int copy = 0; copy < set.channels / picture.channels; ++copy)
      set.pixels.insert(set.pixels.end(), picture.pixels.begin(), picture.pixels.end());
  }

  /// Grey pictures become colour pictures of three equal channels.
  void expand_grey(ImageSet& set, std::size_t count) const {
    const std::size_t plane = set.image_size();
    set.channels = 3;
    check_image_memory(root_.string(), count, set.image_size());
    std::vector<std::uint8_t> pixels;
    pixels.reserve(count * set.image_size());
    for (std::size_t at = 0; at < set.pixels.size(); at += plane) {
      for (int copy = 0; copy < 3; ++copy)
        pixels.insert(pixels.end(), set.pixels.begin() + static_cast<std::ptrdiff_t>(at),
                      set.pixels.begin() + static_cast<std::ptrdiff_t>(at + plane));
    }
    set.pixels = std::move(pixels);
  }

  void agree(DataSet& data) const {
    if (data.train.channels < data.test.channels) expand_grey(data.train, data.train.count());
    if (data.test.channels < data.train.channels) expand_grey(data.test, data.test.count());
  }

  static std::string digest_of(const DataSet& data) {
    Sha256 hash;
    for (const ImageSet* set : {&data.train, &data.test}) {
      for (const auto* bytes : {&set->pixels, &set->labels}) hash.update({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }
    return hash.hex();
  }

  const fs::path root_;
  const DatasetRequest& request_;
  std::vector<std::string> names_;
  std::map<std::string, std::uint8_t> label_of_;
  int height_ = 0, width_ = 0;
  std::string first_path_;
  std::vector<Diagnostic> mistakes_;
};

}  // namespace

DataSet load_image_folder(const DatasetRequest& request) {
  if (request.path.empty()) throw InputError("data set 'folder' needs 'dataset.path', the folder that holds 'train'");
  return FolderReader(request.path, request).read();
}

}  // namespace swimsim
