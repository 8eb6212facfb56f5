package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The model servers: each at an address of its own and all on one port, as the pods of a pool are.
final class Backends implements AutoCloseable {
    private static final int TRIES = 20;

    private final List<Backend> backends = new ArrayList<>();

    private Backends() {}

    /// @param addresses all with the same port; 0 is one that is free at all of them
    static Backends start(Loop loop, Answers answers, List<HostAndPort> addresses) throws IOException {
        if (addresses.stream().map(HostAndPort::getPort).distinct().count() != 1) {
            throw new IllegalArgumentException("backends share a port, as the pods of a pool do: " + addresses);
        }
        for (int left = TRIES; ; left--) {
            Backends started = new Backends();
            try {
                started.bind(loop, answers, addresses);
                return started;
            } catch (IOException taken) {
                started.close();
                if (left == 1 || addresses.getFirst().getPort() != 0) {
                    throw taken;
                }
            }
        }
    }

    private void bind(Loop loop, Answers answers, List<HostAndPort> addresses) throws IOException {
        int port = addresses.getFirst().getPort();
        for (HostAndPort address : addresses) {
            Backend backend = Backend.start(loop, answers, HostAndPort.fromParts(address.getHost(), port));
            backends.add(backend);
            port = backend.address().getPort();
        }
    }

    List<HostAndPort> addresses() {
        return backends.stream().map(Backend::address).toList();
    }

    @Override
    public void close() {
        backends.forEach(Backend::close);
    }
}
