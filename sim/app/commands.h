#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace swimsim {

/// What `run` and `check` share.
struct WorkloadArguments {
  std::string workload = "lenet_glyphs";  ///< file, or name of a built-in workload
  std::vector<std::string> settings;      ///< "key.path=value"
  std::optional<std::string> seed;
  std::string data_folder, model_folder;
  int threads = 0;  ///< 0: as many as the machine has
};

struct RunArguments : WorkloadArguments {
  std::string out;  ///< "": results/NAME
  bool trace = false;
  bool force = false;
};

struct TrainArguments : WorkloadArguments {
  std::string out;  ///< "": results/NAME-trained
  double checkpoint_every_s = 20;
  bool force = false;
};

struct CheckArguments : WorkloadArguments {
  bool resolved = false;  ///< print the resolved workload
};

struct StudyArguments : WorkloadArguments {  ///< `workload` is the study's file or name
  std::string out;                           ///< "": results/NAME
  std::vector<int> points;                   ///< numbers from 1; empty: all, and the tables of all
  std::optional<int> trials;                 ///< in place of the study's largest number
  bool collect = false;                      ///< only the tables, of the points that are there
  bool list = false;                         ///< only say what there is to do
  bool force = false;
};

struct FitArguments {
  std::string data;    ///< CSV file of measured pulses
  std::string kernel;  ///< K1, K2 or the kernel's name
  std::string out;     ///< folder; "": the present one
  std::string name;    ///< of card and files; "": that of the data
  bool force = false;
};

struct ValidateArguments {
  std::vector<int> rows;      ///< numbers of rows; empty: all
  std::string csv, markdown;  ///< files to write; "": none
  std::uint64_t seed = 1;
  std::string data_folder;
};

struct InspectArguments {
  std::string result;               ///< folder that `run` wrote
  std::optional<std::size_t> tile;  ///< only this one
  std::optional<int> depth;         ///< of the tree of modules
  std::size_t top = 5;              ///< tiles, rows and cells shown
  std::string svg;                  ///< file of the heat map; "": none
  bool json = false;
};

struct CompareArguments {
  std::string a, b;  ///< folders that `run` wrote
  bool all = false;  ///< also what does not differ
};

// Each command returns its exit code and throws InputError, RangeError or ResourceError.
int run_command(const RunArguments& arguments);
int study_command(const StudyArguments& arguments);
int train_command(const TrainArguments& arguments);
int check_command(const CheckArguments& arguments);
int fit_command(const FitArguments& arguments);
int validate_command(const ValidateArguments& arguments);
int inspect_command(const InspectArguments& arguments);
int compare_command(const CompareArguments& arguments);
int list_command(const std::string& what);

/// What `list` can list.
const std::vector<std::string>& list_topics();

/// Several lines: version, compiler, instruction set, libraries.
std::string version_text();

}  // namespace swimsim
