#include <fmt/format.h>

#include "models/common/build_info.h"
#include "sim/app/commands.h"

namespace swimsim {

std::string version_text() {
  return fmt::format("swimsim {}\ncompiler         {}\ninstruction set  {}\nlibraries        {}", program_version(), compiler(),
                     instruction_set(), SWIMSIM_LIBRARIES);
}

}  // namespace swimsim
