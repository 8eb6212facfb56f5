package dev.sluice.lab.app;

import dev.sluice.lab.workload.Slo;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads objectives such as `ttft=500ms,tpot=50ms`; what is not said stays as it is by default.
final class SloConverter implements ITypeConverter<Slo> {
    @Override
    public Slo convert(String text) {
        double ttft = Slo.DEFAULT.ttftMillis();
        double tpot = Slo.DEFAULT.tpotMillis();
        for (String part : text.split(",", -1)) {
            String[] sides = part.split("=", 2);
            switch (sides[0]) {
                case "ttft" -> ttft = millis(part, sides);
                case "tpot" -> tpot = millis(part, sides);
                default -> throw new TypeConversionException("'" + part + "' is neither ttft=… nor tpot=…");
            }
        }
        return new Slo(ttft, tpot);
    }

    private static double millis(String part, String[] sides) {
        String value = sides.length < 2 ? "" : sides[1];
        double unit = value.endsWith("ms") ? 1 : value.endsWith("s") ? 1_000 : Double.NaN;
        String number = value.replaceFirst("m?s$", "");
        try {
            double millis = Double.parseDouble(number) * unit;
            if (millis > 0) {
                return millis;
            }
        } catch (NumberFormatException _) {
            // Told below, with what is wrong with all others.
        }
        throw new TypeConversionException("'" + part + "' has no time such as 500ms or 2s");
    }
}
