#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/common/embedded_file.h"
#include "models/common/errors.h"
#include "models/common/yaml_document.h"
#include "sim/workload/known_words.h"
#include "sim/workload/overrides.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// The text of a workload and where it came from.
struct WorkloadText {
  std::string text;
  std::string source;  ///< file name as the user wrote it, or "NAME (built in)"
  std::string name;    ///< "lenet_mnist": file name without folder and extension
  std::string folder;  ///< paths in the workload are relative to it
};

/// The workloads that are part of the program, in alphabetical order.
const std::vector<EmbeddedFile>& builtin_workloads();

/// A workload file, or a built-in workload by name; a file of that name in the current folder wins. Throws InputError.
WorkloadText find_workload(const std::string& name_or_path);

/// What a workload is read against.
struct ReadOptions {
  std::vector<Override> overrides;
  std::string data_folder, model_folder;  ///< "" if unknown
  KnownWords words;
  std::string override_folder;  ///< paths among the overrides are relative to it, then to the current folder
};

/// A workload, or every mistake in it, in the order of the file; then those of the command line.
struct WorkloadOrErrors {
  std::optional<Workload> workload;
  std::vector<Diagnostic> mistakes;
};

/// Reads and checks a workload: unknown keys, types, units, ranges, words, the device card, files that must exist, and what must fit
/// together. What only the data can tell (shapes, number of tiles) is left to the engine. Throws nothing for the user's mistakes.
WorkloadOrErrors read_workload(const WorkloadText& text, const ReadOptions& options);

/// The same for a tree that was parsed already; `text` names the source of its places and the folder of its paths.
WorkloadOrErrors read_workload(YamlDocument document, const WorkloadText& text, const ReadOptions& options);

/// The workload as YAML with every default explicit; reading it again gives the same workload and the same text.
std::string resolved_yaml(const Workload& workload);

/// The first selector of a workload that has signals, as those that train in the cells have none; null where there is no such selector.
const std::string* first_traceable_selector(const Workload& workload, const KnownWords& words);

/// An upper bound, from the window alone, of what a trace writes.
double trace_bytes_bound(const Workload& workload);

}  // namespace swimsim
