package dev.sluice.release.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The hash by which registries and checksums name content.
public final class Sha256 {
    private Sha256() {}

    /// In hexadecimal digits.
    public static String of(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /// As registries write it.
    public static String digest(byte[] content) {
        return "sha256:" + of(content);
    }
}
