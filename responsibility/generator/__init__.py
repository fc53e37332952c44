"""Made-up cadres and the demonstration's bonds and papers, from a seed: nobody here exists."""
