package dev.sluice.e2e.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A pod that agrees to every upgrade and then says back what it hears; what asks for no upgrade gets 404.
public final class UpgradingPod implements AutoCloseable {
    private final ServerSocket server = new ServerSocket();
    private final List<String> upgraded = new CopyOnWriteArrayList<>();

    private UpgradingPod(InetSocketAddress address) throws IOException {
        server.bind(address);
        Thread.ofVirtual().name("upgrading-pod").start(this::accept);
    }

    public static UpgradingPod start(InetSocketAddress address) throws IOException {
        return new UpgradingPod(address);
    }

    /// The heads of the requests that were upgraded.
    public List<String> upgraded() {
        return List.copyOf(upgraded);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket connection = server.accept();
                Thread.startVirtualThread(() -> serve(connection));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            if (!head.toString().toLowerCase(Locale.ROOT).contains("upgrade: websocket")) {
                out.write("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            upgraded.add(head.toString());
            out.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            in.transferTo(out);
        } catch (IOException gone) {
            // The other side has left.
        }
    }
}
