# Sourced by the benches beside it, with `home` set to the checkout: builds what is missing or older than its sources, and
# defines `run CLASS ARGUMENTS`, which runs a main class with the flags of production.
. "$home/bin/jdk25.sh"

stamp=$home/bench/target/built

is_stale() {
    [ -f "$stamp" ] || return 0
    for module in api-crds endpoint-picker operator simulator lab standalone bench; do
        [ -z "$(find "$home/$module/pom.xml" "$home/$module/src/main" -newer "$stamp" -print 2>/dev/null | head -n 1)" ] || return 0
    done
    [ -n "$(find "$home/pom.xml" -newer "$stamp" -print)" ]
}

if is_stale; then
    command -v mvn >/dev/null || { echo "Sluice is built by Maven 3.8.7 or newer, and there is no mvn on the PATH." >&2; exit 1; }
    echo "Building, which takes about a minute the first time." >&2
    begun=$(mktemp)
    log=$(mktemp)
    if ! (cd "$home" && mvn -q -B -ntp -DskipTests -Dspotless.check.skip -pl bench -am package) >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$begun" "$log"
        exit 1
    fi
    # As old as the beginning of the build: what is edited meanwhile is newer.
    mv "$begun" "$stamp"
    rm -f "$log"
fi

run() {
    # The JVM flags of production stand once, in the root pom.
    flags=$(sed -n 's|.*<sluice.jvm>\(.*\)</sluice.jvm>.*|\1|p' "$home/pom.xml")
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $flags -Dsluice.home="$home" -Dsluice.jvm="$flags" \
        -cp "$(echo "$home"/bench/target/bench-*.jar):$home/bench/target/lib/*" "$@"
}
