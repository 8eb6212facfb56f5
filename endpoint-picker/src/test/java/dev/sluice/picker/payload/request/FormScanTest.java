package dev.sluice.picker.payload.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormScanTest {
    private static final String TYPE = "multipart/form-data; boundary=edge";
    private static final String FILE = """
            Content-Disposition: form-data; name="file"; filename="a.wav"
            Content-Type: audio/wav

            --edg\r\r
            -\r-edge not the end""";

    private static String part(String text) {
        return "--edge\n" + text + "\n";
    }

    private static ByteString form(String... parts) {
        StringBuilder form = new StringBuilder();
        for (String part : parts) {
            form.append(part(part));
        }
        return ByteString.copyFromUtf8(form.append("--edge--\n").toString().replaceAll("(?<!\r)\n", "\r\n"));
    }

    private static String model(String name) {
        return "Content-Disposition: form-data; name=\"model\"\n\n" + name;
    }

    private static FormScan scan(String contentType) {
        FormScan scan = FormScan.of(contentType);
        assertThat(scan).isNotNull();
        return scan;
    }

    private static ScanResult result(List<ByteString> chunks) {
        FormScan scan = scan(TYPE);
        chunks.forEach(scan::accept);
        return scan.finish();
    }

    private static ScannedRequest parse(List<ByteString> chunks) {
        return ((ScanResult.Parsed) result(chunks)).request();
    }

    private static String renamed(ByteString form, String to) {
        List<ByteString> chunks = List.of(form);
        return ByteString.copyFrom(BodySplice.apply(chunks, parse(chunks), new ModelName(to), false))
                .toStringUtf8();
    }

    @Test
    void findsTheModelWhereverItStands() {
        for (ByteString form : List.of(
                form(model("whisper \"é\""), FILE),
                form(FILE, model("whisper \"é\"")),
                form("CONTENT-DISPOSITION:form-data; name=model\nX: y\n\nwhisper \"é\"", FILE))) {
            assertThat(parse(List.of(form)).model()).isEqualTo(new ModelName("whisper \"é\""));
            assertThat(renamed(form, "other")).isEqualTo(form.toStringUtf8().replace("whisper \"é\"", "other"));
        }
    }

    @Test
    void findsTheSameHoweverTheFormIsCut() {
        Random random = new Random(7);
        ByteString form = form(FILE, model("whisper"), FILE.replace("\"file\"", "\"model\\\"\""));
        ScannedRequest whole = parse(List.of(form));
        assertThat(whole.model()).isEqualTo(new ModelName("whisper"));
        for (int i = 0; i < 500; i++) {
            ScannedRequest cut = parse(Scans.cut(form, random, 1 + random.nextInt(20)));
            assertThat(cut.model()).isEqualTo(whole.model());
            assertThat(cut.modelField()).isEqualTo(whole.modelField());
        }
    }

    @Test
    void readsTheBoundaryAsTheHeaderHasIt() {
        ByteString form =
                ByteString.copyFromUtf8(form(model("m")).toStringUtf8().replace("edge", "A b'C"));
        FormScan scan = scan("Multipart/Form-Data; charset=utf-8; Boundary=\"A b'C\"");
        scan.accept(form);
        assertThat(((ScanResult.Parsed) scan.finish()).request().model()).isEqualTo(new ModelName("m"));
        assertThat(FormScan.of("multipart/form-data")).isNull();
        assertThat(FormScan.isForm("multipart/mixed; boundary=edge")).isFalse();
    }

    @Test
    void namesNoModelWhereThereIsNone() {
        for (ByteString form : List.of(
                form(FILE),
                form(model("")),
                form("Content-Disposition: form-data; name=\"models\"\n\nm"),
                form("Content-Type: text/plain\n\nm"),
                form(FILE).substring(0, 40),
                ByteString.copyFromUtf8("no form"),
                ByteString.EMPTY)) {
            assertThat(parse(List.of(form)).model()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", ""})
    void twoModelsAreMalformedForTheEngineMayTakeTheOther(String second) {
        assertThat(result(List.of(form(model("a"), model(second))))).isInstanceOf(ScanResult.Malformed.class);
    }

    @Test
    void tooLongANameIsMalformed() {
        Random random = new Random(7);
        assertThat(result(Scans.cut(form(model("x".repeat(5_000))), random, 100)))
                .isInstanceOfSatisfying(
                        ScanResult.Malformed.class,
                        fault -> assertThat(fault.message()).contains("4096"));
        assertThat(parse(List.of(form(model("x".repeat(4_000))))).model()).isNotNull();
    }
}
