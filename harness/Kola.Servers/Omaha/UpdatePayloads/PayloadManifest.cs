using Google.Protobuf;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Writes the manifest of a payload that is made, with the defect that was asked for.</summary>
internal static class PayloadManifest
{
    private const uint Kernel = 0;

    /// <param name="signatureBytes">0: it is not signed.</param>
    public static byte[] Write(PayloadRecipe recipe, ImagePlan partition, ImagePlan? kernel, int signatureBytes)
    {
        Operation[] operations = [.. partition.Operations];
        operations[0] = Defective(operations[0], recipe.Defect);
        var info = Defective(partition.Info, recipe.Defect);
        var blobs = (ulong)(partition.Size + (kernel?.Size ?? 0));
        return recipe.Format == 1 ? First(operations, info, kernel, blobs, signatureBytes) : Second(operations, info, kernel, blobs, signatureBytes);
    }

    private static byte[] First(Operation[] operations, ImageInfo? info, ImagePlan? kernel, ulong blobs, int signatureBytes)
    {
        var manifest = new Manifest { BlockSize = ImagePlan.BlockBytes, PartitionOperations = { operations } };
        if (info is not null)
            manifest.NewPartitionInfo = info;
        if (kernel is not null)
            manifest.Procedures.Add(new Procedure { Type = Kernel, Operations = { kernel.Operations }, NewInfo = kernel.Info });
        if (signatureBytes > 0)
            (manifest.SignaturesOffset, manifest.SignaturesSize) = (blobs, (ulong)signatureBytes);
        return manifest.ToByteArray();
    }

    private static byte[] Second(Operation[] operations, ImageInfo? info, ImagePlan? kernel, ulong blobs, int signatureBytes)
    {
        var system = new Partition { Name = "system", RunPostinstall = true, Operations = { operations } };
        if (info is not null)
            system.NewInfo = info;
        var manifest = new PartitionedManifest { BlockSize = ImagePlan.BlockBytes, MinorVersion = 0, Partitions = { system } };
        if (kernel is not null)
            manifest.Partitions.Add(new Partition { Name = "kernel", Operations = { kernel.Operations }, NewInfo = kernel.Info });
        if (signatureBytes > 0)
            (manifest.SignaturesOffset, manifest.SignaturesSize) = (blobs, (ulong)signatureBytes);
        return manifest.ToByteArray();
    }

    private static Operation Defective(Operation operation, PayloadDefect? defect)
    {
        var changed = operation.Clone();
        if (defect is PayloadDefect.MissingOperationHash)
            changed.ClearDataSha256Hash();
        if (defect is PayloadDefect.WrongOperationSize)
            changed.DataLength++;
        return changed;
    }

    private static ImageInfo? Defective(ImageInfo info, PayloadDefect? defect)
    {
        if (defect is PayloadDefect.WrongImageSize)
            info.Size += ImagePlan.BlockBytes;
        return defect is PayloadDefect.NoImageInfo ? null : info;
    }
}
