# Sourced by the benches beside it, with `home` set to the checkout: builds what is missing or older than its sources, and
# defines `run CLASS ARGUMENTS`, which runs a main class with the flags of production.
. "$home/bin/build.sh"
build bench package "api-crds endpoint-picker operator simulator lab standalone" -Dsluice.aot.skip=false

run() {
    # The JVM flags of production stand once, in the root pom.
    flags=$(sed -n 's|.*<sluice.jvm>\(.*\)</sluice.jvm>.*|\1|p' "$home/pom.xml")
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $flags -Dsluice.home="$home" -Dsluice.jvm="$flags" \
        -cp "$(echo "$home"/bench/target/bench-*.jar):$home/bench/target/lib/*" "$@"
}
