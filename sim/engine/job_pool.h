#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace swimsim {

/// Runs jobs 0 .. count - 1 in child processes, at most `parallel` at a time: each child carries at most one SystemC simulation.
/// The caller must have no other thread. `work` runs in the child and returns bytes; `collect` gets them in the parent, in the order in
/// which jobs end, so it must store by job. Exceptions of the child's `work` (InputError, RangeError, ResourceError and others) are
/// thrown again here, by kind and text, after the other children were stopped; a child that was killed is a ResourceError. Children do not
/// outlive the caller. Returns false when an interrupt was requested: children
/// are stopped and the rest is not done.
bool run_jobs(std::size_t count, int parallel, const std::function<std::string(std::size_t)>& work,
              const std::function<void(std::size_t, std::string)>& collect);

}  // namespace swimsim
