package dev.sluice.operator.envoy;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/// Versions that are hashes of what they name.
final class Versions {

    private static final int HASH_BYTES = 8;

    private Versions() {}

    static String of(Message resource) {
        MessageDigest digest = digest();
        write(resource, digest);
        return hex(digest);
    }

    /// Of several, by their versions.
    static String of(Stream<String> versions) {
        MessageDigest digest = digest();
        versions.forEach(version -> digest.update(version.getBytes(StandardCharsets.US_ASCII)));
        return hex(digest);
    }

    private static void write(MessageLite resource, MessageDigest digest) {
        try {
            CodedOutputStream out =
                    CodedOutputStream.newInstance(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            // Access log formats are maps, whose order would otherwise differ from one run to the next.
            out.useDeterministicSerialization();
            resource.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }
}
