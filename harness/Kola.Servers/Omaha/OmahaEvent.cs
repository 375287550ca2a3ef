using System.Globalization;
using System.Text.Json.Serialization;

namespace Kola.Servers.Omaha;

/// <summary>What a machine said by a request: a closed union. Each has a word, by which scenarios name it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Check), "check")]
[JsonDerivedType(typeof(DownloadStarted), "download-started")]
[JsonDerivedType(typeof(DownloadFinished), "download-finished")]
[JsonDerivedType(typeof(Installed), "installed")]
[JsonDerivedType(typeof(Updated), "updated")]
[JsonDerivedType(typeof(RolledBack), "rolled-back")]
[JsonDerivedType(typeof(Error), "error")]
[JsonDerivedType(typeof(Ping), "ping")]
[JsonDerivedType(typeof(Other), "other")]
public abstract record OmahaEvent
{
    /// <summary>The words that a machine's sequence is judged by, in the order of an update.</summary>
    public static IReadOnlyList<string> Words { get; } = ["check", "download-started", "download-finished", "installed", "updated", "rolled-back", "error"];

    private OmahaEvent() { }

    [JsonIgnore]
    public abstract string Word { get; }

    /// <summary>Asked for an update, and said nothing of what came before.</summary>
    public sealed record Check : OmahaEvent
    {
        public override string Word => "check";

        public override string ToString() => Word;
    }

    /// <summary>13/1: accepted the update, and starts to fetch it.</summary>
    public sealed record DownloadStarted : OmahaEvent
    {
        public override string Word => "download-started";

        public override string ToString() => Word;
    }

    /// <summary>14/1: has all of it, written and verified.</summary>
    public sealed record DownloadFinished : OmahaEvent
    {
        public override string Word => "download-finished";

        public override string ToString() => Word;
    }

    /// <summary>3/1: the update is in the other slot; the machine has to reboot.</summary>
    public sealed record Installed : OmahaEvent
    {
        public override string Word => "installed";

        public override string ToString() => Word;
    }

    /// <summary>3/2 with a real previous version, in the first check after the reboot.</summary>
    /// <param name="From">The previous version.</param>
    public sealed record Updated(string From) : OmahaEvent
    {
        public override string Word => "updated";

        public override string ToString() => $"{Word} from {From}";
    }

    /// <summary>3/0 with error 44, in the first check after it: the machine runs the version from before the update.</summary>
    public sealed record RolledBack : OmahaEvent
    {
        public override string Word => "rolled-back";

        public override string ToString() => Word;
    }

    /// <summary>Result 0 with any other code.</summary>
    /// <param name="Code">Without flag bits; see <see cref="OmahaCodes"/>.</param>
    public sealed record Error(int Code) : OmahaEvent
    {
        public override string Word => "error";

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Word} {Code}");
    }

    /// <summary>Said that it lives, and nothing else.</summary>
    public sealed record Ping : OmahaEvent
    {
        public override string Word => "ping";

        public override string ToString() => Word;
    }

    /// <summary>An event of other clients.</summary>
    public sealed record Other(int Type, int Result) : OmahaEvent
    {
        public override string Word => "other";

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"event {Type}/{Result}");
    }
}
