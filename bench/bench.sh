# Sourced by the benches beside it, with `home` set to the checkout: builds what is missing or older than its sources, and
# defines `run CLASS ARGUMENTS`, which runs a main class with the flags of production, and `options` behind them.
. "$home/bin/build.sh"
build bench package "process api-crds endpoint-picker operator simulator lab standalone" -Dsluice.aot.skip=false

run() {
    # The JVM flags of production stand once, in the root pom.
    flags=$(sed -n 's|.*<sluice.jvm>\(.*\)</sluice.jvm>.*|\1|p' "$home/pom.xml")
    heap=$(sed -n 's|.*<sluice.heap>\(.*\)</sluice.heap>.*|\1|p' "$home/pom.xml")
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $flags ${options:-} -Dsluice.home="$home" -Dsluice.jvm="$flags" -Dsluice.heap="$heap" \
        -cp "$(echo "$home"/bench/target/bench-*.jar):$home/bench/target/lib/*" "$@"
}
