using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Sweeps;

/// <summary>What a sweep over all power cuts in one update found. Kept beside the attempt as <see cref="FileName"/>.</summary>
public sealed record SweepSummary
{
    public const string FileName = "sweep.json", PictureName = "sweep.svg";

    /// <summary>The image that the machine ran, as <c>kola spawn</c> takes it. Missing: an older Kola swept.</summary>
    public string? Image { get; init; }

    /// <summary>The guest adapter that foresaw what boots.</summary>
    public required string Adapter { get; init; }

    /// <summary>The release that ran and updated itself.</summary>
    public required string Old { get; init; }

    /// <summary>The release that it updated itself to.</summary>
    public required string New { get; init; }

    /// <summary>Of what was sampled.</summary>
    public required long Seed { get; init; }

    /// <summary>Folder with the recording: the disk before, the log, the disk after.</summary>
    public required string Recording { get; init; }

    /// <summary>Entries of the log.</summary>
    public required int Entries { get; init; }

    public required int Flushes { get; init; }

    public required long LogBytes { get; init; }

    /// <summary>Entries that there were when the update tool said that it was done; those behind are the shutdown's.</summary>
    public required int UpdateEntries { get; init; }

    /// <summary>How long the recorded update took.</summary>
    public required double UpdateSeconds { get; init; }

    /// <summary>States that a power cut can leave, equal ones counted each.</summary>
    public required int States { get; init; }

    /// <summary>Different disks among them; each was judged once.</summary>
    public required int Judged { get; init; }

    public required double JudgeSeconds { get; init; }

    public required SweepCounts Outcomes { get; init; }

    public required IReadOnlyList<SweptWindow> Windows { get; init; }

    public required IReadOnlyList<SweptClass> Classes { get; init; }

    /// <summary>The result in one sentence.</summary>
    public string Sentence
    {
        get
        {
            var (old, fresh) = ($"{Outcomes.Old:N0} the old release {Old}", $"{Outcomes.New:N0} the new one {New}");
            var wrong = Outcomes.Undone + Outcomes.Damaged + Outcomes.Neither;
            return wrong == 0
                ? FormattableString.Invariant($"of {States:N0} states that a power cut can leave behind, all boot: {old}, {fresh}; none neither")
                : FormattableString.Invariant($"of {States:N0} states that a power cut can leave behind, {wrong:N0} do not boot as they must: {Outcomes.Undone:N0} boot the old release after the update was reported as done, {Outcomes.Damaged:N0} start a release that is not whole, {Outcomes.Neither:N0} find none; {old}, {fresh}");
        }
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static SweepSummary Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), SweepJson.Default.SweepSummary) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is not the result of a sweep: {e.Message}", e);
        }
    }

    public void Write(string file) => File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(this, SweepJson.Default.SweepSummary));
}

/// <summary>States by what boots from them.</summary>
/// <param name="Undone">The old release boots, although the update tool had said that it was done.</param>
/// <param name="Damaged">The boot loader takes a release that is not whole; it would come to a whole one when its tries are used up.</param>
public sealed record SweepCounts(int Old, int New, int Undone, int Damaged, int Neither)
{
    [JsonIgnore]
    public int Sum => Old + New + Undone + Damaged + Neither;
}

/// <summary>The writes between two flushes.</summary>
/// <param name="Start">Its first entry in the log.</param>
/// <param name="End">The entry after its last.</param>
/// <param name="Subsets">How many subsets of its writes were judged.</param>
/// <param name="Possible">How many there are.</param>
/// <param name="Counts">Its states.</param>
public sealed record SweptWindow(int Flush, int Start, int End, int Writes, int Subsets, double Possible, SweepCounts Counts);

/// <summary>States that look alike to the boot.</summary>
/// <param name="Outcome"><c>old, new, undone, damaged, neither</c>.</param>
/// <param name="Chosen">The release that the boot loader takes.</param>
/// <param name="Damage">What is wrong with the example.</param>
/// <param name="States">How many there are.</param>
/// <param name="Example">The number of one of them.</param>
/// <param name="Cut">How the power cut came to leave that one.</param>
public sealed record SweptClass(string Name, string Outcome, string? Chosen, string? Damage, int States, int Example, string Cut)
{
    /// <summary>What came of booting the example; <see langword="null"/>: it was not tried.</summary>
    public string? Booted { get; init; }

    /// <summary>What the checkers of the file systems say of the example, by partition. Missing: they were not asked. It is told and not judged.</summary>
    public IReadOnlyDictionary<string, string>? FileSystems { get; init; }

    /// <summary>Whether they found anything that was not there before the update.</summary>
    public bool NewFindings { get; init; }

    /// <summary>Whether one of the two releases boots, as far as the disk tells.</summary>
    [JsonIgnore]
    public bool Holds => Outcome is "old" or "new";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SweepSummary))]
internal sealed partial class SweepJson : JsonSerializerContext;
