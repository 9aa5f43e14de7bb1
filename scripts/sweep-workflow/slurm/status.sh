#!/usr/bin/env bash
# What became of a job, in Snakemake's words. Asks the controller, because not every cluster keeps accounts; a job that it has forgotten
# ended some time ago, and Snakemake looks for its output.
set -euo pipefail
state=$(scontrol --oneliner show job "$1" 2>/dev/null | sed -nE 's/.*JobState=([A-Z_]+).*/\1/p') || true
if [ -z "$state" ] && command -v sacct >/dev/null; then
  state=$(sacct --jobs "$1" --noheader --allocations --format State --parsable2 2>/dev/null | head -n 1 | cut -d ' ' -f 1) || true
fi
case "$state" in
  COMPLETED) echo success ;;
  BOOT_FAIL | CANCELLED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | TIMEOUT | REVOKED) echo failed ;;
  '') echo success ;;
  *) echo running ;;
esac
