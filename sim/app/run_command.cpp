#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "sim/app/commands.h"
#include "sim/app/console_progress.h"
#include "sim/app/exit_codes.h"
#include "sim/app/load_workload.h"
#include "sim/app/manifest_info.h"
#include "sim/app/result_folder.h"
#include "sim/app/signals.h"
#include "sim/engine/experiment.h"
#include "sim/engine/interrupt.h"
#include "sim/report/terminal_table.h"
#include "sim/report/write_results.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

/// The window of --trace where the workload names none. Throws InputError where there is nothing to trace.
void ensure_trace_window(Workload& workload) {
  if (workload.programming.driver != "cycle")
    throw InputError(
        fmt::format("--trace: programming.driver '{}' has no signals; only 'cycle' can be traced", workload.programming.driver));
  if (workload.trace) return;
  const std::string* selector = first_traceable_selector(workload, known_words());
  if (selector == nullptr)
    throw InputError(fmt::format("--trace: selector '{}' runs without signals; trace another one", workload.selection.selectors.front()));
  workload.trace = Workload::Trace();
  workload.trace->col_last = std::min(workload.trace->col_last, workload.mapping.tile_cols - 1);
  workload.trace->selector = *selector;
  workload.trace->fraction = workload.selection.fractions.back();
}

/// Input that is found wrong only while running leaves no folder behind.
RunResults run_into(const std::string& folder, const Workload& workload, const RunOptions& options, Progress& progress) {
  try {
    return run_experiment(workload, options, progress);
  } catch (const InputError&) {
    discard_result_folder(folder);
    throw;
  }
}

/// Whether what was done before the first trial is kept: trials that are under way by the journal, a training by the cache.
bool keeps_work(const Workload& workload, const RunOptions& options) {
  std::error_code error;
  if (fs::exists(options.journal_path, error)) return true;
  return workload.network.train && !options.cache_folder.empty() && fs::is_directory(options.cache_folder, error);
}

/// A journal that stays is no harm: the next run of the same workload reads it and finds everything done.
void remove_journal(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace

int run_command(const RunArguments& arguments) {
  LoadedWorkload loaded = load_workload(arguments);
  // --trace must not change a byte of the results, this text included.
  const std::string resolved = resolved_yaml(loaded.workload);
  if (arguments.trace) ensure_trace_window(loaded.workload);
  RunOptions options = run_options(arguments);
  const std::string folder = arguments.out.empty() ? "results/" + loaded.workload.name : arguments.out;
  check_result_folder(folder, arguments.force);
  estimate_experiment(loaded.workload, options);  // what is wrong with the data is said before anything is written
  const FolderLock lock(folder);
  check_result_kind(folder, ResultKind::run, arguments.force);
  open_result_folder(folder, resolved);
  options.journal_path = (fs::path(folder) / "unfinished.journal").string();
  if (loaded.workload.trace) options.trace_path = (fs::path(folder) / "trace.vcd").string();
  install_signal_handlers();

  ConsoleProgress progress;
  RunResults results;
  try {
    results = run_into(folder, loaded.workload, options, progress);
  } catch (const Interrupted&) {
    fmt::print(stderr, "swimsim: interrupted before a trial was finished{}\n",
               keeps_work(loaded.workload, options) ? "; the same command goes on from there" : "");
    return kExitInterrupted;
  }
  results.resolved_workload = resolved;
  write_results(
      results,
      manifest_info(loaded, results.input_files, results.input_digests, options.threads, progress.wall_seconds(), !results.interrupted),
      folder);
  if (!results.interrupted) remove_journal(options.journal_path);  // only now: until here it is all that is left of the work

  fmt::print("{}", terminal_table(results));
  for (const std::string& note : results.notes) fmt::print("note: {}\n", note);
  fmt::print("results: {}\nreport:  {}\n", folder, (fs::path(folder) / "report.html").string());
  if (!results.interrupted) return kExitDone;
  fmt::print(stderr, "swimsim: interrupted; the folder holds the trials that were finished, and the same command goes on from there\n");
  return kExitInterrupted;
}

}  // namespace swimsim
