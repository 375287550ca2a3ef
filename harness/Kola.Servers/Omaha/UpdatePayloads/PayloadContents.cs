using Google.Protobuf;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>What a manifest of either format says, in one shape.</summary>
internal sealed record PayloadContents(uint BlockBytes, ulong? SignaturesOffset, ulong SignaturesSize, IReadOnlyList<(string Name, ImageInfo? Info, IReadOnlyList<Operation> Operations)> Images)
{
    /// <exception cref="InvalidProtocolBufferException">It is no manifest.</exception>
    public static PayloadContents Read(int format, byte[] bytes)
    {
        if (format == 1)
        {
            var first = Manifest.Parser.ParseFrom(bytes);
            return new(first.BlockSize, first.HasSignaturesOffset ? first.SignaturesOffset : null, first.SignaturesSize,
            [
                ("partition", first.NewPartitionInfo, first.PartitionOperations),
                .. first.Procedures.Select(procedure => (NameOf(procedure), procedure.NewInfo, (IReadOnlyList<Operation>)procedure.Operations)),
            ]);
        }

        var second = PartitionedManifest.Parser.ParseFrom(bytes);
        return new(second.BlockSize, second.HasSignaturesOffset ? second.SignaturesOffset : null, second.SignaturesSize,
            [.. second.Partitions.Select(partition => (partition.Name, partition.NewInfo, (IReadOnlyList<Operation>)partition.Operations))]);
    }

    private static string NameOf(Procedure procedure) => procedure switch
    {
        { HasType: true, Type: 0 } => "kernel",
        { HasType: true, Type: 1 } => "pcr-policy",
        _ => $"procedure of type {(procedure.HasType ? procedure.Type : "none")}",
    };
}
