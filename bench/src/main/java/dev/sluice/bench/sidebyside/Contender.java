package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One way through Envoy that is measured: with a picker, or without any.
///
/// @param picker the process that Envoy asks, or null
record Contender(String name, @Nullable Picker picker) {
    static final Contender NONE = new Contender("none", null);
    static final String NO_OP = "no-op";
    static final String SLUICE = "sluice";

    private static final Pattern ARGUMENT =
            Pattern.compile("(?<name>[A-Za-z0-9_.-]+)=(?<address>[^,]+:\\d+),(?<pid>\\d+)(?<tls>,tls)?");

    /// A running ext_proc server.
    ///
    /// @param pid the process whose time is counted
    /// @param tls whether it wants TLS; its certificate is not verified
    record Picker(HostAndPort address, long pid, boolean tls) {}

    /// Reads `name=host:port,pid`, with `,tls` behind if need be.
    static Contender parse(String argument) {
        Matcher match = ARGUMENT.matcher(argument);
        if (!match.matches()) {
            throw new IllegalArgumentException("not of the form name=host:port,pid[,tls]: " + argument);
        }
        return new Contender(
                match.group("name"),
                new Picker(
                        HostAndPort.fromString(match.group("address")),
                        Long.parseLong(match.group("pid")),
                        match.group("tls") != null));
    }
}
