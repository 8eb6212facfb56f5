package dev.sluice.bench.rig;

import com.google.common.net.HostAndPort;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A running ext_proc server.
///
/// @param pid the process whose time is counted
/// @param tls whether it wants TLS; its certificate is not verified
public record NamedPicker(String name, HostAndPort address, long pid, boolean tls) {
    private static final Pattern ARGUMENT =
            Pattern.compile("(?<name>[A-Za-z0-9_.-]+)=(?<address>[^,]+:\\d+),(?<pid>\\d+)(?<tls>,tls)?");

    /// Reads `name=host:port,pid`, with `,tls` behind if need be.
    public static NamedPicker parse(String argument) {
        Matcher match = ARGUMENT.matcher(argument);
        if (!match.matches()) {
            throw new IllegalArgumentException("not of the form name=host:port,pid[,tls]: " + argument);
        }
        return new NamedPicker(
                match.group("name"),
                HostAndPort.fromString(match.group("address")),
                Long.parseLong(match.group("pid")),
                match.group("tls") != null);
    }
}
