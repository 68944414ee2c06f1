namespace Nosnet.Cli;

/// <summary>What somebody may have meant to type.</summary>
internal static class NearWord
{
    /// <summary>The word that is one slip away, or two where it is long; null where none is.</summary>
    public static string? To(string typed, IEnumerable<string> known) =>
        known.Select(word => (Word: word, Slips: Slips(typed, word))).Where(k => k.Slips <= (k.Word.Length < 5 ? 1 : 2)).OrderBy(k => k.Slips).Select(k => k.Word).FirstOrDefault();

    /// <summary>How many letters are too many, missing, wrong or swapped with the next one.</summary>
    private static int Slips(string typed, string word)
    {
        var slips = new int[typed.Length + 1, word.Length + 1];
        for (var i = 0; i <= typed.Length; i++)
        {
            for (var j = 0; j <= word.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    slips[i, j] = i + j;
                    continue;
                }

                slips[i, j] = Math.Min(Math.Min(slips[i - 1, j], slips[i, j - 1]) + 1, slips[i - 1, j - 1] + (typed[i - 1] == word[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
            }
        }
        return slips[typed.Length, word.Length];
    }
}
