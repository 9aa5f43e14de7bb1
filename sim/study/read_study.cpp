#include "sim/study/read_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <system_error>
#include <tuple>

#include "models/common/read_file.h"
#include "models/common/units.h"
#include "models/common/words.h"
#include "sim/study/grid.h"
#include "sim/study/study_reader.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostMistakes = 100;

/// The workload that all points start from.
struct Base {
  YamlDocument document;
  WorkloadText text;
};

class Expansion {
 public:
  Expansion(const WorkloadText& text, const ReadOptions& options, const StudyOverrides& overrides)
      : text_(text), options_(options), overrides_(overrides) {}

  StudyOrErrors read() {
    YamlDocument document = parse_yaml(text_.text, text_.source);
    add(document.mistakes);
    if (document.root.kind != YamlNode::Kind::mapping) {
      if (mistakes_.empty())
        complain(document.root.place,
                 fmt::format("a study is a group of keys (schema, workload, grid, ...), found {}", describe(document.root)));
      return {std::nullopt, std::move(mistakes_)};
    }
    file_ = read_study_file(document.root, text_, options_.words, mistakes_);
    resolve_rule();
    check_settings();
    check_trials();
    if (check_size()) read_points();
    sort_mistakes();
    if (!mistakes_.empty()) return {std::nullopt, std::move(mistakes_)};
    return {std::move(study_), {}};
  }

 private:
  void complain(const SourcePlace& place, std::string message) { add({{place, std::move(message)}}); }

  /// Points share most of their mistakes: each is said once.
  void add(const std::vector<Diagnostic>& mistakes) {
    for (Diagnostic mistake : mistakes) {
      const auto place = file_.places.find(mistake.place.file);
      if (place != file_.places.end()) mistake.place = place->second;
      if (said_.insert(to_string(mistake)).second) mistakes_.push_back(std::move(mistake));
    }
  }

  /// The points have the selector that an alias stands for.
  void resolve_rule() {
    for (const auto& [alias, selector] : options_.words.selector_aliases) {
      if (file_.until && file_.until->selector == alias) file_.until->selector = selector;
    }
  }

  void check_settings() {
    for (const Override& setting : overrides_.settings) {
      const auto is_key = [&setting](const Override& other) { return other.path == setting.path; };
      bool varied = false;
      for (const GridAxis& axis : file_.grid) varied = varied || axis.key == setting.path;
      for (const NamedPoint& point : file_.named) varied = varied || std::any_of(point.settings.begin(), point.settings.end(), is_key);
      if (varied) complain({setting.place, 0, 0}, "the study varies this key from point to point");
      if (setting.path == "evaluate.trials") complain({setting.place, 0, 0}, "a study has --trials for that");
    }
  }

  void check_trials() {
    StudyTrials& trials = file_.trials;
    if (overrides_.trials) {
      trials.at_most = *overrides_.trials;
      trials.at_least = std::min(trials.at_least, trials.at_most);
      return;
    }
    if (!file_.until) return;
    if (!file_.says_at_most)
      complain(file_.until_place, "'until' wants 'trials.at_most' beside it: where a point ends that never gets so narrow");
    else if (trials.looks().empty())
      complain(file_.until_place, fmt::format("'until' is never looked at: no number of 'trials.look_at' is at least {} and below {}",
                                              trials.at_least, trials.at_most));
  }

  bool check_size() {
    const std::size_t size = grid_size(file_.named.size(), file_.grid, kMostPoints);
    if (size <= kMostPoints) return true;
    complain({text_.source, 0, 0}, fmt::format("more than {} points; a study has at most so many", kMostPoints));
    return false;
  }

  std::optional<Base> base() {
    const YamlNode& node = *file_.workload;
    if (node.kind == YamlNode::Kind::mapping) {
      Base base{{node, {}}, text_};
      if (node.find("schema") == nullptr) base.document.root.entries.insert(base.document.root.entries.begin(), schema_entry(node.place));
      return base;
    }
    try {
      const std::string beside = (fs::path(text_.folder) / node.text).string();
      std::error_code error;
      const bool is_beside = fs::is_regular_file(beside, error);
      Base base;
      base.text = find_workload(is_beside ? beside : node.text);
      base.document = parse_yaml(base.text.text, base.text.source);
      if (is_beside || fs::is_regular_file(node.text, error)) study_.base = base.text.source;
      return base;
    } catch (const InputError& mistake) {
      complain(node.place, mistake.what());
      return std::nullopt;
    }
  }

  static YamlEntry schema_entry(const SourcePlace& place) {
    YamlEntry entry;
    entry.key = "schema";
    entry.place = entry.value.place = place;
    entry.value.kind = YamlNode::Kind::scalar;
    entry.value.text = "swimsim-workload/1";
    return entry;
  }

  void read_points() {
    study_.source = text_.source;
    study_.name = file_.name;
    study_.trials = file_.trials;
    study_.until = file_.until;
    collect_keys();
    if (file_.workload == nullptr) return;
    const std::optional<Base> from = base();
    if (!from) return;
    const std::vector<GridPoint> grid = expand_grid(file_.named, file_.grid);
    for (std::size_t i = 0; i < grid.size() && mistakes_.size() < kMostMistakes; ++i) read_point(*from, grid, i);
  }

  void collect_keys() {
    const auto add_key = [this](const std::string& key) {
      if (std::find(study_.keys.begin(), study_.keys.end(), key) == study_.keys.end()) study_.keys.push_back(key);
    };
    for (const NamedPoint& point : file_.named) {
      for (const Override& setting : point.settings) add_key(setting.path);
    }
    for (const GridAxis& axis : file_.grid) add_key(axis.key);
  }

  void read_point(const Base& from, const std::vector<GridPoint>& grid, std::size_t index) {
    StudyPoint point;
    point.number = static_cast<int>(index) + 1;
    // A named point is known by its name; what it sets stands in the table.
    GridPoint shown = grid[index];
    if (!shown.name.empty()) {
      const auto is_axis = [this](const Override& setting) {
        return std::any_of(file_.grid.begin(), file_.grid.end(), [&](const GridAxis& axis) { return axis.key == setting.path; });
      };
      shown.settings.erase(std::remove_if(shown.settings.begin(), shown.settings.end(), [&](const Override& s) { return !is_axis(s); }),
                           shown.settings.end());
    }
    point.label = point_label(shown);
    point.folder = "points/" + point_folder(index + 1, grid.size(), point.label);
    for (const std::string& key : study_.keys) {
      const auto found =
          std::find_if(grid[index].settings.begin(), grid[index].settings.end(), [&key](const Override& s) { return s.path == key; });
      point.values.push_back(found == grid[index].settings.end() ? "" : found->value);
    }

    ReadOptions options = options_;
    options.override_folder = text_.folder;
    options.overrides = {{"results.cells", "no", "results.cells"}};
    const auto append = [&options](const std::vector<Override>& list) {
      options.overrides.insert(options.overrides.end(), list.begin(), list.end());
    };
    append(file_.set);
    append(overrides_.settings);
    append(grid[index].settings);
    options.overrides.push_back({"name", yaml_scalar(study_.name + ", " + point.label), "name"});
    options.overrides.push_back({"evaluate.trials", fmt::format("{}", file_.trials.at_most), "trials.at_most"});
    WorkloadOrErrors read = read_workload(from.document, from.text, options);
    add(read.mistakes);
    if (!read.workload) return;
    point.workload = std::move(*read.workload);
    check_rule(point);
    study_.points.push_back(std::move(point));
  }

  /// The rule must find what it looks at in every point.
  void check_rule(const StudyPoint& point) {
    if (!file_.until) return;
    const StopRule& rule = *file_.until;
    const Workload::Selection& selection = point.workload.selection;
    if (!rule.selector.empty() &&
        std::find(selection.selectors.begin(), selection.selectors.end(), rule.selector) == selection.selectors.end())
      complain(file_.until_place, fmt::format("'until.at.selector': point {} ({}) has no selector '{}'{}", point.number, point.label,
                                              rule.selector, suggestion(rule.selector, selection.selectors)));
    const auto is_one_of = [&rule](const std::vector<std::string>& words) {
      return std::find(words.begin(), words.end(), rule.selector) != words.end();
    };
    if (rule.fraction && (is_one_of(options_.words.paying_selectors) || is_one_of(options_.words.loosening_selectors))) {
      complain(file_.until_place,
               fmt::format("'until.at.fraction': selector '{}' has other points than fractions; leave it away", rule.selector));
      return;
    }
    const bool own_fraction = rule.selector == "all" || rule.selector == "none";
    if (!rule.fraction || own_fraction) return;
    if (std::find(selection.fractions.begin(), selection.fractions.end(), *rule.fraction) == selection.fractions.end())
      complain(file_.until_place, fmt::format("'until.at.fraction': {} is not among 'selection.fractions' of point {} ({})",
                                              format_number(*rule.fraction), point.number, point.label));
  }

  /// In the order of the study's file; what lies elsewhere (the base workload, the command line, a card) comes after it.
  void sort_mistakes() {
    const auto key = [this](const Diagnostic& mistake) {
      const bool elsewhere = mistake.place.file != text_.source;
      return std::make_tuple(elsewhere, elsewhere ? 0 : mistake.place.line, elsewhere ? 0 : mistake.place.column);
    };
    std::stable_sort(mistakes_.begin(), mistakes_.end(), [&key](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  }

  const WorkloadText& text_;
  const ReadOptions& options_;
  const StudyOverrides& overrides_;
  StudyFile file_;
  Study study_;
  std::vector<Diagnostic> mistakes_;
  std::set<std::string> said_;
};

}  // namespace

std::vector<int> StudyTrials::looks() const {
  std::vector<int> list;
  std::copy_if(look_at.begin(), look_at.end(), std::back_inserter(list), [this](int look) { return look >= at_least && look < at_most; });
  return list;
}

WorkloadText find_study(const std::string& name_or_path) {
  std::error_code error;
  const fs::path path(name_or_path);
  const EmbeddedFile* builtin = find_embedded(builtin_studies(), name_or_path);
  if (!fs::exists(path, error) && builtin != nullptr) return {std::string(builtin->text), name_or_path + " (built in)", name_or_path, "."};
  if (!fs::exists(path, error) && path.extension().empty() && path.parent_path().empty())
    throw InputError(fmt::format("there is no study '{}': neither a file nor built in{}", name_or_path,
                                 suggestion(name_or_path, embedded_names(builtin_studies()))));
  const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
  return {read_file(name_or_path, kLargestYamlBytes), name_or_path, path.stem().string(), folder};
}

StudyOrErrors read_study(const WorkloadText& text, const ReadOptions& options, const StudyOverrides& overrides) {
  return Expansion(text, options, overrides).read();
}

}  // namespace swimsim
