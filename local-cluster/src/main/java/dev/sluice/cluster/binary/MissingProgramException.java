package dev.sluice.cluster.binary;

import java.io.IOException;

/// A program of the Kubernetes project is not on this machine, nor is the toolchain that builds it.
public final class MissingProgramException extends IOException {
    private static final long serialVersionUID = 1L;

    MissingProgramException(String message) {
        super(message);
    }
}
