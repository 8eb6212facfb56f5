package dev.sluice.bench.rig;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The start of a command line of `java`, up to its main class.
///
/// @param flags the JVM's
/// @param classPath as `-cp` has it
record JvmCommand(List<String> flags, String classPath) {
    private static final Pattern CLASS_PATH = Pattern.compile("(?m)^-cp \"(?<value>[^\"]+)\"$");

    JvmCommand {
        flags = List.copyOf(flags);
    }

    /// The JVM that `bin/sluice` starts, but for its limit on the heap. Its class path comes first, since the AOT cache
    /// is for it. A cache that does not fit its jars is an error, because a run without it measures the compiler.
    ///
    /// @param home the checkout
    static JvmCommand shipped(Path home, List<String> flags) throws IOException {
        Path built = home.resolve("standalone/target");
        Matcher classPath = CLASS_PATH.matcher(Files.readString(built.resolve("sluice.args")));
        Path cache = built.resolve("sluice.aot");
        if (!classPath.find() || !Files.exists(cache)) {
            throw new IOException(
                    "%s holds no AOT cache of the sluice command; mvn package -pl standalone -am -Dsluice.aot.skip=false makes it"
                            .formatted(built));
        }
        List<String> all = new ArrayList<>(flags);
        all.addAll(List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on"));
        return new JvmCommand(
                all, classPath.group("value") + File.pathSeparator + System.getProperty("java.class.path"));
    }

    List<String> running(Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main.getName()));
        return command;
    }
}
