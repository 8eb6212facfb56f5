package dev.sluice.bench.placement.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The text of numbered pieces: short common English words, as many as the piece has tokens.
///
/// A common word with the space behind it is one token for the tokenizers of most models, and for simulators that
/// count words; for engines that count bytes the mean length of a word is what they need for a token.
public final class Wording {
    static final int SHORTEST = 3;
    static final int LONGEST = 7;

    /// By their length in letters, from two to six.
    private static final byte[][][] WORDS = Stream.of(
                    "am an as at be by do go he hi if in is it me my no of on or so to up us we ad ax ox",
                    "act add age air all and any arm art ask bad bag bar bed big bit box boy bus but buy can cap car cat"
                            + " cup cut day did dog dry due ear eat egg end eye far few fit fly for fun gas get god gun"
                            + " guy had has hat her him his hit hot how ice its job key kid law lay leg let lie lot low"
                            + " man map may men mix new not now off oil old one our out own pay per put red rid run saw"
                            + " say sea see set she sit six sky son sun tax ten the tie too top try two use war was way"
                            + " who why win yes yet you",
                    "also area army away baby back ball bank base bill body book call card care case city club come"
                            + " cost data date deal deep door down each east edge even ever face fact fall farm fast"
                            + " feel file film find fire fish five food foot form four free full game girl give glad"
                            + " goal good grow hair half hand hard have head hear help here high hold home hope hour"
                            + " idea into join just keep kind know land last late lead left less life line list live"
                            + " long look lose love main make many mean more most move much name near need news next"
                            + " note once only open over page part past plan play poor race rate read real rest ride"
                            + " rise road rock role room rule safe same save seat seem sell send show side sign site"
                            + " size some song soon star stay step stop such sure take talk team tell term test than"
                            + " that them then they this time told town tree true turn type unit view vote wait walk"
                            + " wall want warm week well west what when wide wife wind wish with word work year",
                    "about above after again allow apply argue avoid begin being black blood board bring build"
                            + " carry catch cause chair check child claim class clear close color could cover"
                            + " dream drive early eight enjoy enter event every exist field fight final first floor"
                            + " focus force front glass great green group guess happy heart heavy horse hotel house"
                            + " human image issue large later laugh learn leave legal level light local major maybe"
                            + " media might model money month mouth movie music never night north offer often order"
                            + " other paper party peace phone place plant point power press price prove quite radio"
                            + " raise reach ready right river scene score sense serve seven share short shoot since"
                            + " skill small smile sound south space speak spend sport staff stage stand start state"
                            + " still stock store story study style table teach thank their there these thing think"
                            + " third those three throw today total touch trade treat trial trust truth under until"
                            + " value visit voice watch water where which while white whole whose woman world worry"
                            + " would write wrong young",
                    "across action affect agency almost always amount animal answer anyone appear around artist"
                            + " attack become before behind better beyond budget camera cancer career center chance"
                            + " change charge choice choose church common couple course create damage debate decade"
                            + " decide degree design detail dinner doctor during effect effort either energy enough"
                            + " entire expect expert factor family father figure finger finish follow forget former"
                            + " friend future garden ground growth happen health impact indeed inside itself leader"
                            + " letter likely listen little living manage market matter member memory mention method"
                            + " middle minute mother moment nation nature nearly number office others parent people"
                            + " period person player please policy pretty public rather really reason recent record"
                            + " reduce region relate remain remove report result return reveal school season second"
                            + " senior series should simple simply single social source speech spring street strong"
                            + " summer system tend thing thought toward travel trouble wonder worker writer")
            .map(Wording::words)
            .toArray(byte[][][]::new);

    private final double bytesPerToken;

    /// @param bytesPerToken the mean length of a word, with the space behind it
    public Wording(double bytesPerToken) {
        if (!(bytesPerToken >= SHORTEST && bytesPerToken <= LONGEST)) {
            throw new IllegalArgumentException(
                    "--bytes-per-token %s: there are words for %d to %d".formatted(bytesPerToken, SHORTEST, LONGEST));
        }
        this.bytesPerToken = bytesPerToken;
    }

    /// Writes the piece's text, which ends with a space.
    void write(Piece piece, ByteArrayOutputStream to) {
        SplittableRandom random = new SplittableRandom(piece.id() * 0x9E3779B97F4A7C15L);
        int whole = (int) bytesPerToken;
        for (int i = 0; i < piece.tokens(); i++) {
            int length = random.nextDouble() < bytesPerToken - whole ? whole + 1 : whole;
            byte[][] words = WORDS[length - SHORTEST];
            to.writeBytes(words[random.nextInt(words.length)]);
        }
    }

    /// The words of the list that have the most frequent length, each with a space behind it.
    private static byte[][] words(String list) {
        int length = list.indexOf(' ');
        return Stream.of(list.split(" "))
                .filter(word -> word.length() == length)
                .map(word -> (word + " ").getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
