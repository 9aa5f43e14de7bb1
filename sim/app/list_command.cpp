#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/common/errors.h"
#include "models/common/words.h"
#include "models/dataset/datasets.h"
#include "models/device/card_reader.h"
#include "models/network/builtin.h"
#include "models/programming/scheduler.h"
#include "models/programming/scheme.h"
#include "models/selection/selector.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/app/load_workload.h"
#include "sim/hardware/host_registers.h"
#include "sim/study/read_study.h"
#include "sim/workload/keys.h"

namespace swimsim {

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

void print(const Lines& lines) {
  std::size_t width = 0;
  for (const auto& [name, title] : lines) width = std::max(width, name.size());
  for (const auto& [name, title] : lines) fmt::print("{:<{}}  {}\n", name, width, title);
}

Lines devices() {
  Lines lines;
  for (const EmbeddedFile& file : builtin_cards()) {
    const CardOrErrors loaded = load_card(std::string(file.name), "", {});
    if (!loaded.card) throw std::logic_error("built-in card is broken: " + to_string(loaded.mistakes.front()));
    lines.emplace_back(file.name, loaded.card->title);
  }
  return lines;
}

/// The first comment line of a workload or a study says what it is.
Lines first_lines(const std::vector<EmbeddedFile>& files) {
  Lines lines;
  for (const EmbeddedFile& file : files) {
    std::string_view title = file.text.substr(0, file.text.find('\n'));
    title.remove_prefix(std::min(title.find_first_not_of("# "), title.size()));
    lines.emplace_back(file.name, title);
  }
  return lines;
}

template <typename Kinds>
Lines titles(const Kinds& kinds) {
  Lines lines;
  for (const auto& kind : kinds) lines.emplace_back(kind.name, kind.title);
  return lines;
}

Lines selectors() {
  Lines lines = titles(selector_kinds());
  lines.emplace_back(kBestSelectorWord, fmt::format("the best selector that we know for every device, at present {}", kBestSelector));
  return lines;
}

Lines keys() {
  Lines lines;
  for (const KeyDescription& key : describe_keys(known_words())) {
    std::string text = key.description + " (" + key.type;
    if (!key.range.empty()) text += ", " + key.range;
    if (key.required)
      text += "; required";
    else if (!key.default_text.empty())
      text += "; default " + key.default_text;
    lines.emplace_back(key.path, text + ")");
  }
  lines.emplace_back("device.set", "parameters of the card that the workload changes, such as {sigma_d2d: 0.2}");
  return lines;
}

}  // namespace

const std::vector<std::string>& list_topics() {
  static const std::vector<std::string> topics{"devices",  "selectors", "schemes", "schedulers", "datasets",
                                               "networks", "workloads", "studies", "keys",       "registers"};
  return topics;
}

int list_command(const std::string& what) {
  if (what == "devices")
    print(devices());
  else if (what == "selectors")
    print(selectors());
  else if (what == "schemes")
    print(titles(scheme_kinds()));
  else if (what == "schedulers")
    print(titles(scheduler_kinds()));
  else if (what == "datasets")
    print(titles(dataset_kinds()));
  else if (what == "networks")
    print(titles(builtin_networks()));
  else if (what == "workloads")
    print(first_lines(builtin_workloads()));
  else if (what == "studies")
    print(first_lines(builtin_studies()));
  else if (what == "keys")
    print(keys());
  else if (what == "registers")
    print(describe_host_registers());
  else
    throw InputError(fmt::format("swimsim list: '{}' is not something to list{}", what, suggestion(what, list_topics())));
  return kExitDone;
}

}  // namespace swimsim
