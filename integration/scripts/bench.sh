#!/usr/bin/env bash
# Runs benchmarks of a built Lembos:  ./lembos bench [start|idle|podstart|api|growth|watch|engine|scheduler|nodes|store …]; all of them without a name.
# Each figure is the median of five runs. Load and server share this machine.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
names=("$@")
(( ${#names[@]} )) || names=(start idle podstart api growth watch engine scheduler nodes store)

echo "machine: $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo), kernel $(uname -r), $("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p)"
mvn -q -B -ntp -f "$here/pom.xml" -pl integration -DskipTests package
# module MODULE CLASS [ARGUMENT]: runs a benchmark among the tests of one module. Their rates are of whole seconds, so the
# collector is the one that takes the least of the cores.
module() {
  mvn -q -B -ntp -f "$here/pom.xml" -pl "$1" -am test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
    -Dmdep.outputFile="$here/integration/target/$1.classpath" -Dmdep.includeScope=test -DskipTests
  "$JAVA_HOME/bin/java" -Xmx3g -XX:+UseParallelGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$here/$1/target/test-classes:$here/$1/target/classes:$(<"$here/integration/target/$1.classpath")" "${@:2}"
}

for name in "${names[@]}"; do
  if [[ $name == store ]]; then
    # The storage engines alone, embedded and etcd side by side.
    echo "== store"
    module apiserver io.lembos.apiserver.store.StoreBenchmark
  elif [[ $name == engine || $name == scheduler ]]; then
    module scheduler io.lembos.scheduler.bench.SchedulerBenchmark "$name"
  else
    "$JAVA_HOME/bin/java" -Xmx2g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      -cp "$here/integration/target/classes:$here/integration/target/lib/*" io.lembos.integration.bench.Bench "$name"
  fi
done
