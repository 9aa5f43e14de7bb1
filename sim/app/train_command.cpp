#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/common/atomic_file.h"
#include "models/common/build_info.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/units.h"
#include "models/network/onnx_export.h"
#include "sim/app/commands.h"
#include "sim/app/console_progress.h"
#include "sim/app/exit_codes.h"
#include "sim/app/load_workload.h"
#include "sim/app/manifest_info.h"
#include "sim/app/result_folder.h"
#include "sim/app/signals.h"
#include "sim/engine/interrupt.h"
#include "sim/engine/network_cache.h"
#include "sim/engine/training_run.h"
#include "sim/report/manifest.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCheckpoint = "training.checkpoint";

void refuse_without_training(const Workload& workload) {
  if (workload.network.train) return;
  throw InputError(fmt::format("{}: nothing to train: 'network.onnx' is given without 'network.train'; add one, such as {{epochs: 2}}",
                               workload.source));
}

/// A state of other settings is worth hours perhaps: it goes only when the user says so.
void check_checkpoint(const Checkpoint& checkpoint, bool force) {
  std::string state;
  const Checkpoint::Found found = checkpoint.load(state);
  if (force && found != Checkpoint::Found::state) return checkpoint.remove();
  if (found == Checkpoint::Found::another)
    throw InputError(
        fmt::format("--out: {} is of a training with other settings, data or another build of swimsim; name another folder, or "
                    "drop it with --force",
                    checkpoint.path()));
  if (found == Checkpoint::Found::damaged) throw InputError(fmt::format("--out: {} is damaged; drop it with --force", checkpoint.path()));
}

std::string epochs_csv(const std::vector<EpochRecord>& epochs) {
  std::string text = "epoch,loss,accuracy,learning_rate\n";
  for (std::size_t epoch = 0; epoch < epochs.size(); ++epoch) {
    text += fmt::format("{},{},{},{}\n", epoch + 1, format_number(epochs[epoch].loss), format_number(epochs[epoch].accuracy),
                        format_number(epochs[epoch].learning_rate));
  }
  return text;
}

std::string training_summary(const Preparation& trained) {
  nlohmann::ordered_json json;
  const auto add = [&json](const char* key, auto value, const char* unit, const char* description) {
    json[key] = {{"value", value}, {"unit", unit}, {"description", description}};
  };
  add("accuracy_float", trained.accuracy_float, "1", "share of the test images, float weights and activations");
  add("accuracy_quantized", trained.accuracy_quantized, "1", "the same with quantised weights and activations");
  add("test_images", trained.test_images, "1", "test images that were evaluated");
  add("weights", trained.network.weight_count(), "1", "weights of the network");
  return json.dump(2) + "\n";
}

/// Writes one file after the other and keeps what the manifest says about them.
class OutputFolder {
 public:
  explicit OutputFolder(std::string folder) : folder_(std::move(folder)) {}
  void write(const std::string& name, const std::string& bytes) {
    write_file_atomically(path(name), bytes);
    files_.push_back({name, sha256_hex(bytes)});
  }
  std::string path(const std::string& name) const { return (fs::path(folder_) / name).string(); }
  const std::vector<ResultFile>& files() const { return files_; }

 private:
  std::string folder_;
  std::vector<ResultFile> files_;
};

}  // namespace

int train_command(const TrainArguments& arguments) {
  const LoadedWorkload loaded = load_workload(arguments);
  const Workload& workload = loaded.workload;
  refuse_without_training(workload);
  const RunOptions options = run_options(arguments);
  const std::string folder = arguments.out.empty() ? "results/" + workload.name + "-trained" : arguments.out;
  check_result_folder(folder, arguments.force);

  Preparation trained;
  static_cast<RunInputs&>(trained) = load_inputs(workload, options);
  export_onnx(trained.network);  // refuses what could not be written in the end
  const TrainingOptions training = training_options(workload, trained, options.threads);
  const std::string key = training_key(workload, training, trained.data, trained.network);
  OutputFolder output(folder);
  TrainingKeep keep;
  keep.checkpoint = Checkpoint(output.path(kCheckpoint), key);
  keep.every_s = arguments.checkpoint_every_s;
  keep.must_be_kept = true;

  const FolderLock lock(folder);
  check_result_kind(folder, ResultKind::training, arguments.force);
  check_training_input(folder, workload.network.onnx);
  check_checkpoint(keep.checkpoint, arguments.force);
  const std::string resolved = resolved_yaml(workload);
  open_result_folder(folder, resolved);
  remove_old_training(folder);
  install_signal_handlers();
  ConsoleProgress progress;
  std::vector<EpochRecord> epochs;
  try {
    epochs = run_training(trained.network, training, trained, keep, progress);
  } catch (const Interrupted&) {
    fmt::print(stderr, "swimsim: interrupted; the same command goes on from {}\n", keep.checkpoint.path());
    return kExitInterrupted;
  }
  NetworkCache(options.cache_folder, key).store(trained.network);  // `run` on this workload need not train again
  quantize_and_score(workload, trained);

  output.write("network.onnx", export_onnx(trained.network));
  output.write("training.csv", epochs_csv(epochs));
  output.write("summary.json", training_summary(trained));
  std::vector<std::string> files = trained.data.files;
  if (!workload.network.onnx.empty()) files.push_back(workload.network.onnx);
  const ManifestInfo info = manifest_info(loaded, files, trained.data.digests, options.threads, progress.wall_seconds(), true);
  write_file_atomically(output.path("manifest.json"), manifest_json(info, output.files(), {}));
  keep.checkpoint.remove();

  fmt::print("accuracy on {} test images: {:.2f} % float, {:.2f} % at the workload's bits\nnetwork: {}\n", trained.test_images,
             100 * trained.accuracy_float, 100 * trained.accuracy_quantized, output.path("network.onnx"));
  return kExitDone;
}

}  // namespace swimsim
