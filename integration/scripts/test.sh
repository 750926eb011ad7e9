#!/usr/bin/env bash
# Runs the whole test suite: installs what it needs (Debian packages, as root), builds, tests every module, then the
# whole through ./lembos and kubectl. JAVA_HOME is set by the launcher. Ends with "N passed, N failed".
#   ./lembos test            everything
#   ./lembos test --unit     only what needs neither root nor other programs
set -uo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
say() { printf '\n== %s\n' "$*"; }

# Program or file that shows that a package is there, and the package.
needs=(
  "mvn maven" "containerd containerd" "runc runc" "conmon conmon" "/usr/lib/cni/bridge containernetworking-plugins" "iptables iptables"
  "/bin/busybox busybox-static" "etcd etcd-server" "etcdctl etcd-client" "/usr/sbin/dockerd docker.io"
  "/usr/bin/chromium chromium" "qemu-aarch64-static qemu-user-static" "jq jq" "curl curl" "ip iproute2" "openssl openssl" "python3 python3"
  "node nodejs" "npm npm" "wrk wrk"
)

install_packages() {
  local missing=() need
  for need in "${needs[@]}"; do
    # shellcheck disable=SC2086
    set -- $need
    case $1 in
      /*) [[ -e $1 ]] || missing+=("$2") ;;
      *) PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null || missing+=("$2") ;;
    esac
  done
  command -v kubectl >/dev/null || missing+=(kubernetes-client)
  (( ${#missing[@]} == 0 )) && return
  say "Installing ${missing[*]}"
  if [[ $(id -u) != 0 ]]; then
    echo "The tests need these Debian packages: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Services of these packages are not wanted: the tests start their own.
  local policy=/usr/sbin/policy-rc.d made=
  [[ -e $policy ]] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=1; }
  apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
  local status=$?
  [[ -n $made ]] && rm -f $policy
  if (( status != 0 )); then
    echo "The packages could not be installed." >&2
    exit 1
  fi
}

# Adds up the reports that Surefire and Failsafe left.
totals() {
  python3 - <<'PY'
import glob, xml.etree.ElementTree as tree
run = failed = skipped = 0
for report in glob.glob('**/target/*-reports/TEST-*.xml', recursive=True):
    suite = tree.parse(report).getroot()
    run += int(suite.get('tests'))
    skipped += int(suite.get('skipped'))
    failed += int(suite.get('failures')) + int(suite.get('errors'))
print(f'{run - failed - skipped} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
raise SystemExit(1 if failed or skipped or not run else 0)
PY
}

maven() { mvn -B -ntp -f "$here/pom.xml" -Dspotless.goal=check "$@"; }

find . -path '*/target/*-reports' -prune -exec rm -rf {} + 2>/dev/null
status=0
if [[ ${1:-} == --unit ]]; then
  maven -fae verify || status=1
else
  install_packages
  say "Modules"
  maven -fae verify -DskipITs=false -pl '!integration' || status=1
  if (( status == 0 )); then
    say "The whole, through ./lembos and kubectl"
    ./lembos build --packaged && maven verify -DskipITs=false -pl integration || status=1
  fi
fi
say "Total"
totals || status=1
exit $status
