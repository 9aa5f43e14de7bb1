#include "sim/app/load_workload.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>

#include "models/common/errors.h"
#include "models/dataset/datasets.h"
#include "models/network/builtin.h"
#include "models/network/optimizers/optimizer.h"
#include "models/network/schedules/schedule.h"
#include "models/programming/scheduler.h"
#include "models/programming/scheme.h"
#include "models/selection/selector.h"
#include "sim/hardware/cycle_driver.h"

namespace swimsim {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string cache_folder() {
  if (std::string own = environment("SWIMSIM_CACHE"); !own.empty()) return own;
  if (const std::string base = environment("XDG_CACHE_HOME"); !base.empty()) return base + "/swimsim";
  if (const std::string home = environment("HOME"); !home.empty()) return home + "/.cache/swimsim";
  return {};
}

/// A folder that the user names must be there and open to the program.
void require_folder(const std::string& folder, const char* option) {
  if (folder.empty()) return;
  std::error_code error;
  const bool there = std::filesystem::is_directory(folder, error);
  if (error == std::errc::permission_denied || (there && ::access(folder.c_str(), X_OK) != 0))
    throw ResourceError(std::string(option) + ": folder '" + folder + "' cannot be read: " + std::strerror(EACCES));
  if (!there) throw InputError(std::string(option) + ": there is no folder '" + folder + "'");
}

}  // namespace

KnownWords known_words() {
  KnownWords words;
  for (const SelectorKind& kind : selector_kinds()) {
    words.selectors.emplace_back(kind.name);
    if (kind.trains) words.training_selectors.emplace_back(kind.name);
    if (kind.pays) words.paying_selectors.emplace_back(kind.name);
    if (kind.loosens) words.loosening_selectors.emplace_back(kind.name);
  }
  words.selector_aliases.emplace_back(kBestSelectorWord, kBestSelector);
  for (const SchemeKind& kind : scheme_kinds()) {
    words.schemes.emplace_back(kind.name);
    if (kind.counts_cycles) words.counting_schemes.emplace_back(kind.name);
    if (kind.make({})->erases_first()) words.erasing_schemes.emplace_back(kind.name);
  }
  for (const SchedulerKind& kind : scheduler_kinds()) words.schedulers.emplace_back(kind.name);
  for (const DatasetKind& kind : dataset_kinds()) {
    words.datasets.push_back(kind.name);
    words.dataset_channels.push_back(kind.channels);
    if (kind.source == DatasetSource::folder) words.folder_datasets.push_back(kind.name);
    if (kind.source == DatasetSource::arrays) words.array_datasets.push_back(kind.name);
  }
  for (const BuiltinNetwork& network : builtin_networks()) words.networks.push_back(network.name);
  for (const OptimizerKind& kind : optimizer_kinds()) words.optimizers.emplace_back(kind.name);
  for (const ScheduleKind& kind : schedule_kinds()) words.schedules.emplace_back(kind.name);
  return words;
}

ReadOptions read_options(const WorkloadArguments& arguments) {
  require_folder(arguments.data_folder, "--data");
  require_folder(arguments.model_folder, "--models");
  ReadOptions options;
  for (const std::string& setting : arguments.settings) options.overrides.push_back(parse_override(setting));
  if (arguments.seed) options.overrides.push_back({"seed", *arguments.seed, "--seed"});
  options.data_folder = arguments.data_folder;
  options.model_folder = arguments.model_folder;
  options.words = known_words();
  return options;
}

LoadedWorkload load_workload(const WorkloadArguments& arguments) {
  const ReadOptions options = read_options(arguments);
  LoadedWorkload loaded;
  loaded.text = find_workload(arguments.workload);
  WorkloadOrErrors result = read_workload(loaded.text, options);
  if (!result.workload) throw InputError(std::move(result.mistakes));
  loaded.workload = std::move(*result.workload);
  return loaded;
}

RunOptions run_options(const WorkloadArguments& arguments) {
  RunOptions options;
  options.data_folder = arguments.data_folder;
  options.cache_folder = cache_folder();
  const unsigned cores = std::thread::hardware_concurrency();
  options.threads = arguments.threads > 0 ? arguments.threads : cores > 0 ? static_cast<int>(cores) : 1;
  options.cycle_driver = make_cycle_driver();
  return options;
}

}  // namespace swimsim
