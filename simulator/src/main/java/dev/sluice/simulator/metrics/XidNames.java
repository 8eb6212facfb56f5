package dev.sluice.simulator.metrics;

/// The NVIDIA driver's names for the error codes that matter most.
final class XidNames {
    private XidNames() {}

    static String message(int code) {
        return switch (code) {
            case 0 -> "No Error";
            case 13 -> "Graphics Engine Exception";
            case 31 -> "GPU memory page fault";
            case 48 -> "Double Bit ECC Error";
            case 63 -> "ECC page retirement or row remapping recording event";
            case 64 -> "ECC page retirement or row remapper recording failure";
            case 74 -> "NVLINK Error";
            case 79 -> "GPU has fallen off the bus";
            case 94 -> "Contained ECC error";
            case 95 -> "Uncontained ECC error";
            case 119 -> "GSP RPC Timeout";
            default -> "Unknown Error";
        };
    }
}
