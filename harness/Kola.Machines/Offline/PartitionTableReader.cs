using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Offline;

/// <summary>Reads a disk's partition table by sfdisk(8).</summary>
internal static class PartitionTableReader
{
    /// <summary>Holds the table at either end, however many entries it has.</summary>
    private const int End = 1 << 20;

    /// <exception cref="GuestException">The disk has no GUID partition table that can be read.</exception>
    public static async Task<PartitionTable> ReadAsync(OfflineDisk disk, CancellationToken cancellation)
    {
        var length = await disk.LengthAsync(cancellation);
        var ends = await disk.TakeAsync(0, Math.Min(End, length), cancellation);
        try
        {
            if (length > End)
                await AppendAsync(ends, length, await disk.ReadAsync(length - End, End, cancellation), cancellation);
            var sfdisk = Executables.Require("reading partition tables", Package.Fdisk, "sfdisk");
            var result = await Cli.Wrap(sfdisk).WithArguments(["--json", ends]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
            return result.ExitCode == 0
                ? Parse(result.StandardOutput, result.StandardError)
                : throw new GuestException($"the boot disk has no partition table that sfdisk can read: {result.StandardError.Trim()}; it was overwritten, or is not a disk image");
        }
        finally
        {
            File.Delete(ends);
        }
    }

    internal static PartitionTable Parse(string json, string warnings)
    {
        var table = JsonSerializer.Deserialize(json, SfdiskJson.Default.Sfdisk)?.PartitionTable;
        if (table is not { Label: "gpt", SectorSize: { } sector })
            throw new GuestException($"the boot disk has a partition table of kind '{table?.Label}', expected gpt; Kola reads no other");
        // The node is the file's name with the number behind it; sfdisk leaves out those that are free.
        return new(
            [.. table.Partitions.Select(p => new Partition(Number(p.Node), p.Type, p.Id, p.Name ?? "", p.Start * sector, p.Size * sector) { Attributes = GptAttributes.Parse(p.Attributes ?? "") }).OrderBy(p => p.Number)],
            warnings.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>At the end of a node's name: <c>disk.raw3</c>, <c>/dev/vda3</c>, <c>/dev/nvme0n1p3</c>.</summary>
    private static int Number(string node) => int.Parse(node.AsSpan(node.AsSpan().TrimEnd("0123456789").Length), CultureInfo.InvariantCulture);

    /// <summary>Makes the file as long as the disk; between its ends there is nothing.</summary>
    private static async Task AppendAsync(string file, long length, byte[] tail, CancellationToken cancellation)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.Position = length - tail.Length;
        await stream.WriteAsync(tail, cancellation);
    }

    internal sealed record Sfdisk([property: JsonPropertyName("partitiontable")] SfdiskTable? PartitionTable);

    internal sealed record SfdiskTable(
        [property: JsonPropertyName("label")] string Label, [property: JsonPropertyName("sectorsize")] long SectorSize, [property: JsonPropertyName("partitions")] IReadOnlyList<SfdiskPartition> Partitions);

    internal sealed record SfdiskPartition(
        [property: JsonPropertyName("node")] string Node, [property: JsonPropertyName("start")] long Start, [property: JsonPropertyName("size")] long Size,
        [property: JsonPropertyName("type")] Guid Type, [property: JsonPropertyName("uuid")] Guid Id, [property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("attrs")] string? Attributes);
}

[JsonSerializable(typeof(PartitionTableReader.Sfdisk))]
internal sealed partial class SfdiskJson : JsonSerializerContext;
