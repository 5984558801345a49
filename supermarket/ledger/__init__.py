"""THE KERNEL: journals, entries, points lines and stock lines; one door writes them."""
