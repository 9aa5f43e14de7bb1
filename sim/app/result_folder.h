#pragma once

#include <string>

namespace swimsim {

/// Refuses a folder that holds something else than a swimsim result (InputError) or that cannot be read (ResourceError).
void check_result_folder(const std::string& folder, bool force);

/// Which command a result folder is of.
enum class ResultKind { run, training, study };

/// Refuses a folder whose manifest is of the other command (InputError), for a caller that holds the lock.
void check_result_kind(const std::string& folder, ResultKind kind, bool force);

/// Makes the folder and keeps other runs out of it while this object lives. Destroyed, it takes out what an unfinished run left half
/// written, and the folder if it made it and nothing is in it. Throws ResourceError, also when another run is at work there.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  bool try_lock();

  std::string folder_, path_;
  bool made_ = false;
  int fd_ = -1;
};

/// Takes out every file that an older run wrote, but for the journal, and puts the resolved workload in: settings and results that are
/// in the folder together belong together, and an unfinished run is known as one. Throws ResourceError.
void open_result_folder(const std::string& folder, const std::string& resolved_workload);

/// Throws InputError if the network that a training starts from ("" for none) is the file that its result would be written to.
void check_training_input(const std::string& folder, const std::string& input_network);

/// Takes out the network and the table of epochs that an older training left. Throws ResourceError.
void remove_old_training(const std::string& folder);

/// Takes back what open_result_folder wrote, after input that was found wrong only then.
void discard_result_folder(const std::string& folder);

}  // namespace swimsim
