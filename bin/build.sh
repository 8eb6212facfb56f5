# Sourced by the scripts of bin/ and bench/, with `home` set to the checkout: finds a JDK, and defines `build`.
. "$home/bin/jdk25.sh"

# build MODULE PHASE "MODULES" [ARGUMENT...]: builds MODULE up to PHASE, with further arguments of Maven, if something of it
# or of the MODULES that it stands on is newer than the last build.
build() {
    stamp=$home/$1/target/built
    ! is_built "$1 $3" || return 0
    module=$1
    phase=$2
    shift 3
    command -v mvn >/dev/null || { echo "Sluice is built by Maven 3.8.7 or newer, and there is no mvn on the PATH." >&2; exit 1; }
    echo "Building Sluice, which takes about a minute the first time." >&2
    begun=$(mktemp)
    log=$(mktemp)
    if ! (cd "$home" && mvn -q -B -ntp -DskipTests -Dspotless.check.skip "$@" -pl "$module" -am "$phase") >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$begun" "$log"
        exit 1
    fi
    # As old as the beginning of the build: what is edited meanwhile is newer.
    mv "$begun" "$stamp"
    rm -f "$log"
}

is_built() {
    [ -f "$stamp" ] && [ -z "$(find "$home/pom.xml" -newer "$stamp" -print)" ] || return 1
    for source in $1; do
        [ -z "$(find "$home/$source/pom.xml" "$home/$source/src/main" -newer "$stamp" -print 2>/dev/null | head -n 1)" ] || return 1
    done
}
