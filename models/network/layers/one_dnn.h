#pragma once

#include <dnnl.hpp>

namespace swimsim {

/// The CPU engine and a stream of the calling thread. oneDNN is held to one thread: its bits change with the thread count, and an
/// OpenMP pool would not survive a fork. Every thread that runs or builds primitives goes through here, which keeps it so.
dnnl::engine& one_dnn_engine();
dnnl::stream& one_dnn_stream();

/// Tells OpenMP, for the calling thread, that oneDNN is to use one thread.
void hold_one_dnn_to_one_thread();

}  // namespace swimsim
