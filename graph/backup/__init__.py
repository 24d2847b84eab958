"""What a backup needs of the database: everything the product keeps, read in bounded pages and written as it was."""
