package dev.sluice.cluster.controlplane;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.network.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/// The command line of etcd: one member, which does not wait for the disk.
final class Etcd {
    private static final int CLIENTS = 2379;
    private static final int PEERS = 2380;

    private Etcd() {}

    static Component create(Path folder, Network network) throws IOException, InterruptedException {
        String peers = "http://%s:%d".formatted(network.controlPlane(), PEERS);
        return new Component(
                "etcd",
                List.of(
                        GoBinary.ETCD.locate().toString(),
                        "--data-dir=" + folder.resolve("etcd"),
                        "--listen-client-urls=" + url(network),
                        "--advertise-client-urls=" + url(network),
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=default=" + peers,
                        "--auto-compaction-mode=periodic",
                        "--auto-compaction-retention=10m",
                        "--unsafe-no-fsync",
                        "--log-level=warn"),
                folder,
                () -> answers(network));
    }

    static String url(Network network) {
        return "http://%s:%d".formatted(network.controlPlane(), CLIENTS);
    }

    private static boolean answers(Network network) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral(network.controlPlane()), CLIENTS)) {
            return socket.isConnected();
        }
    }
}
