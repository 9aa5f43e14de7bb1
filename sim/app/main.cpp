#include "sim/app/command_line.h"

int main(int argc, char** argv) { return swimsim::run_command_line(argc, argv); }
