# Sourced by the scripts beside it: sets JAVA_HOME to a JDK 25 or newer, or says what to install and exits with 1.

is_jdk25() {
    [ -x "$1/bin/javac" ] || return 1
    # JAVA_TOOL_OPTIONS, where it is set, is told on standard error.
    version=$("$1/bin/javac" -version 2>/dev/null) || return 1
    version=${version#javac }
    [ "${version%%[.-]*}" -ge 25 ] 2>/dev/null
}

find_jdk25() {
    if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then
        return 0
    fi
    on_path=$(command -v javac 2>/dev/null || true)
    if [ -n "$on_path" ]; then
        on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
    fi
    if [ -n "$on_path" ] && is_jdk25 "$on_path"; then
        JAVA_HOME=$on_path
        return 0
    fi
    # Where Debian, Red Hat, Arch, macOS, SDKMAN and IntelliJ put JDKs.
    for folder in /usr/lib/jvm /usr/lib64/jvm /usr/java /opt/java /opt /Library/Java/JavaVirtualMachines \
        /opt/homebrew/opt "$HOME/.sdkman/candidates/java" "$HOME/.jdks"; do
        for candidate in "$folder"/* "$folder"/*/Contents/Home; do
            if is_jdk25 "$candidate"; then
                JAVA_HOME=$candidate
                return 0
            fi
        done
    done
    echo "Sluice needs a JDK 25 or newer and found none. Install one (for example Temurin 25) or set JAVA_HOME to it." >&2
    return 1
}

find_jdk25 || exit 1
export JAVA_HOME
