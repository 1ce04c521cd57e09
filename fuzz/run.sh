#!/usr/bin/env bash
# Runs every fuzz target for a while: fuzz/run.sh [seconds for each] [target...]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    mapfile -t targets < <(cargo +nightly fuzz list)
fi
# Rules are `'static` data, so the policy target leaks those that it makes up.
export ASAN_OPTIONS=detect_leaks=0
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target"
    cargo +nightly fuzz run "$target" "corpus/$target" "seeds/$target" -- \
        -max_total_time="$seconds" -max_len=2048 -rss_limit_mb=4096 -print_final_stats=1
done
