package dev.sluice.operator.envoy;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Snapshots whose versions are hashes of their content.
final class Snapshots {

    private static final int HASH_BYTES = 8;

    private Snapshots() {}

    static Snapshot of(EnvoyConfig config) {
        return Snapshot.create(
                config.clusters(),
                version(config.clusters()),
                config.endpoints(),
                version(config.endpoints()),
                config.listeners(),
                version(config.listeners()),
                config.routes(),
                version(config.routes()),
                List.of(),
                version(List.of()));
    }

    static boolean sameVersions(Snapshot one, Snapshot other) {
        return Resources.V3.TYPE_URLS.stream()
                .allMatch(type -> one.version(type).equals(other.version(type)));
    }

    private static String version(List<? extends Message> resources) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            CodedOutputStream out =
                    CodedOutputStream.newInstance(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            // Access log formats are maps, whose order would otherwise differ from one run to the next.
            out.useDeterministicSerialization();
            for (Message resource : resources) {
                out.writeMessageNoTag(resource);
            }
            out.flush();
            return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
