#include <fmt/format.h>

#include <string>
#include <vector>

#include "models/common/words.h"
#include "models/common/yaml_document.h"
#include "models/device/card_reader.h"
#include "models/device/device.h"
#include "sim/workload/keys.h"
#include "sim/workload/read_workload.h"

namespace swimsim {

namespace {

/// Writes keys in order, opening the groups they lie in.
class GroupedWriter {
 public:
  void write(const std::string& path, const std::string& value) {
    const std::vector<std::string> parts = split_path(path);
    std::size_t shared = 0;
    while (shared < open_.size() && shared + 1 < parts.size() && open_[shared] == parts[shared]) ++shared;
    open_.assign(parts.begin(), parts.end() - 1);
    for (std::size_t i = shared; i < open_.size(); ++i) text_ += fmt::format("{}{}:\n", std::string(2 * i, ' '), open_[i]);
    text_ += fmt::format("{}{}: {}\n", std::string(2 * open_.size(), ' '), parts.back(), value);
  }
  const std::string& text() const { return text_; }

 private:
  std::vector<std::string> open_;
  std::string text_;
};

void write_settings(const Card& card, GroupedWriter& writer) {
  const DeviceKernel* kernel = find_kernel(card.kernel);
  if (kernel == nullptr) return;
  for (const ParameterSpec& spec : kernel->parameters) {
    if (const CardParameter* parameter = card.find(spec.name))
      writer.write("device.set." + spec.name, yaml_scalar(format_parameter(*parameter, spec)));
  }
}

}  // namespace

std::string resolved_yaml(const Workload& workload) {
  GroupedWriter writer;
  for (const KeySpec& key : workload_keys({})) {
    const OptionalSection* section = section_of(key.path);
    if (section != nullptr && !section->present(workload)) continue;
    const std::string value = key.print(workload);
    if (value == "\"\"") continue;  // a text that is not given
    writer.write(key.path, value);
    if (key.path == "device.card") write_settings(workload.card, writer);
  }
  return "# Written by swimsim: the workload with every default explicit. Running it again gives the same results.\n" + writer.text();
}

}  // namespace swimsim
